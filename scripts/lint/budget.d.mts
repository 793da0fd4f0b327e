/** What is counted, by its name. */
export type Counts = Readonly<Record<string, number>>;
export declare const budgetFile: string;
export declare function codeLinesIn(text: string): number;
export declare function countTree(root: string): Counts;
export declare function gapsIn(sheets: readonly string[]): number;
export declare function widthsIn(sheets: readonly string[]): number;
export declare function namesDefinedTwice(
  files: ReadonlyMap<string, string>,
  manifest: { imports?: Record<string, string | Record<string, string>> },
): string[];
export declare function judgeCounts(counts: Counts, budget: Counts): { line: string; fault: string | null };
export declare function judgeRaise(budget: Counts, before: Counts, newLines: string): string | null;
export declare function checkBudget(root: string): { line: string; faults: string[] };
