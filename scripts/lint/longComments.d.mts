export declare function longCommentsOf(text: string): number[];
export declare function findLongComments(root: string): string[];
