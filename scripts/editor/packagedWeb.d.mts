/**
 * `isolated`: VS Code for the Web on a cross-origin isolated page. `plain`: code-server with the extension in the
 * browser, on a page that is not.
 */
export type WebEditorKind = 'isolated' | 'plain';

export interface RunningEditor {
  /** Opens a folder with `sample.md` in it. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface PackagedWeb {
  start(kind: WebEditorKind): Promise<RunningEditor>;
  remove(): Promise<void>;
}

export declare function packageForWeb(): Promise<PackagedWeb>;
