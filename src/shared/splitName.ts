/** The name of a part as llama.cpp's `gguf-split` writes it: `name-00001-of-00003.gguf`. */
export interface SplitName {
  /** From 0. */
  readonly part: number;
  readonly count: number;
  /** The path without the numbers. */
  readonly whole: string;
  /** The path of a part, counted from 0. */
  partAt(part: number): string;
}

const pattern = /^(.*)-(\d{5})-of-(\d{5})(\.gguf)$/is;
const mostParts = 2048;

/** What the name of a part says; `null` for any other path. */
export function splitName(path: string): SplitName | null {
  const [, before, number, of, ending] = pattern.exec(path) ?? [];
  if (before === undefined || number === undefined || of === undefined || ending === undefined) return null;
  const [part, count] = [Number(number) - 1, Number(of)];
  if (part < 0 || part >= count || count > mostParts) return null;
  return {
    part,
    count,
    whole: `${before}${ending}`,
    partAt: (other) => `${before}-${String(other + 1).padStart(5, '0')}-of-${of}${ending}`,
  };
}
