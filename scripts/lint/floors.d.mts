export declare const floors: Readonly<Record<string, readonly (readonly string[])[]>>;
export declare function findBrokenFloors(root: string): readonly string[];
