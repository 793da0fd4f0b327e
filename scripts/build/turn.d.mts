export declare function inTurn<T>(name: string, work: () => Promise<T>, patience?: number): Promise<T>;
export declare function addressOf(name: string, platform?: string): string;
