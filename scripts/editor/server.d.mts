export interface EditorOptions {
  readonly extension?: string;
  readonly installed?: (extensions: string) => Promise<void>;
  readonly folder: string;
  readonly port?: number;
  readonly smokeTest?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly userDir?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface Editor {
  readonly origin: string;
  readonly url: string;
  readonly port: number;
  readonly userDir: string;
  readonly exited: Promise<void>;
  log(): string;
  stop(): Promise<void>;
}

export declare function startEditor(options: EditorOptions): Promise<Editor>;
export declare function install(vsix: string, data: string): Promise<string>;
export declare function freePort(): Promise<number>;
