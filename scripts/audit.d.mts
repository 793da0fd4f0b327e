export declare function outcomeOfAudit(printed: string): { readonly failed: boolean; readonly line: string };
