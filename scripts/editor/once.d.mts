export declare function installOnce(
  name: string,
  message: string,
  installInto: (folder: string) => Promise<void>,
  say: (line: string) => void,
): Promise<string>;
export declare function writeManifest(folder: string, dependencies: Readonly<Record<string, string>>): Promise<void>;
export declare function environmentOfNpm(): NodeJS.ProcessEnv;
export declare const quietly: string[];
export declare function installPackages(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
  what: string,
): Promise<void>;
