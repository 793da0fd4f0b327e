export declare const codeServerRunsHere: boolean;
/** Installs code-server unless it is there; absolute paths of the Node to run it with, and of its entry script. */
export declare function installCodeServer(
  say?: (line: string) => void,
): Promise<{ readonly node: string; readonly entry: string }>;
