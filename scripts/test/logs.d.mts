export function exceptionsIn(userDir: string): Promise<string[]>;
export function exceptionsOf(log: string): string[];
export function isOurs(trace: string): boolean;
