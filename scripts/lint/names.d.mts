/** A sentence for each place that says who publishes, and should not or says it wrongly. */
export declare function findStrayNames(root: string): string[];
