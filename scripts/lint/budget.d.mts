export interface Counts {
  'lines of code': number;
  files: number;
  sentences: number;
}
export declare const budgetFile: string;
export declare function codeLinesIn(text: string): number;
export declare function countSources(root: string): Counts;
export declare function judgeCounts(counts: Counts, budget: Counts): { line: string; fault: string | null };
export declare function judgeRaise(budget: Counts, before: Counts, newLines: string): string | null;
export declare function checkBudget(root: string): { line: string; faults: string[] };
