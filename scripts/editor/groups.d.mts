export declare const detached: boolean;
export declare function endGroup(
  pid: number | undefined,
  signal: NodeJS.Signals,
  system?: {
    readonly platform?: string;
    readonly kill?: (pid: number, signal: NodeJS.Signals) => unknown;
    readonly run?: (program: string, args: readonly string[]) => unknown;
  },
): void;
