/** Collects the tokens of `--why`. */
export const whyOption = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Writes `--why A B` as `--why A --why B`, since no option takes a fixed number of values. */
export function whyTwice(args: readonly string[]): string[] {
  const at = args.indexOf('--why');
  const isAlone = at < 0 || at + 2 >= args.length || args[at + 2]?.startsWith('--') === true;
  return isAlone ? [...args] : args.toSpliced(at + 2, 0, '--why');
}
