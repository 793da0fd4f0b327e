export declare function temporaryFolder(purpose: string): Promise<{ path: string; remove(): Promise<void> }>;
