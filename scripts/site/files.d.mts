export declare function addFiles(site: string): Promise<void>;
export declare function addGuide(folder: string): Promise<void>;
