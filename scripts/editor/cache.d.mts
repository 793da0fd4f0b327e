export declare function cacheFolder(environment?: NodeJS.ProcessEnv): string;
