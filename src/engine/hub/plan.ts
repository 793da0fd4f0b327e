import * as v from 'valibot';
import type { FolderStore } from '../platform/folderStore';
import type { RangedFile } from './ranges';

/** Bytes of a file on the Hub, and where they lie in ours. */
export interface FilePiece {
  readonly file: number;
  readonly from: number;
  readonly length: number;
  /** Offset in our file. Zeros fill the gap before it. */
  readonly at: number;
}

/** A file that is put together from a header of ours and pieces of files on the Hub, in order. */
export interface Plan {
  readonly header: number;
  readonly pieces: readonly FilePiece[];
}

const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const schema = v.object({
  header: size,
  pieces: v.pipe(v.array(v.object({ file: size, from: size, length: size, at: size })), v.maxLength(1000)),
});
const longestPlan = 2 ** 20;

/** The plan of an earlier attempt, if its header is in the file. */
export async function planBefore(
  store: FolderStore,
  name: string,
  output: string,
  files: readonly RangedFile[],
): Promise<Plan | null> {
  const bytes = await store.read(name, longestPlan);
  const written = await store.length(output);
  if (!bytes || written === null) return null;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), new TextDecoder().decode(bytes));
  if (!parsed.success) return null;
  const { header, pieces } = parsed.output;
  const fits = pieces.every(({ file, from, length }) => from + length <= (files[file]?.size ?? 0));
  return fits && written >= header ? { header, pieces } : null;
}

export const keepPlan = (store: FolderStore, name: string, plan: Plan): Promise<void> =>
  store.write(name, 0, new TextEncoder().encode(JSON.stringify(plan)));

/** Reads what `output` lacks. An earlier attempt may have ended anywhere. */
export async function carryOut(
  { pieces }: Plan,
  files: readonly RangedFile[],
  store: FolderStore,
  output: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let written = (await store.length(output)) ?? 0;
  const write = async (bytes: Uint8Array) => {
    await store.write(output, written, bytes);
    written += bytes.length;
    onBytes(written);
  };
  for (const { file, from, length, at } of pieces) {
    if (written < at) await write(new Uint8Array(at - written));
    const done = Math.min(length, written - at);
    if (done < length) await (files[file] as RangedFile).read(from + done, from + length, write);
  }
}

export const geometryBytes = ({ header, pieces }: Plan): number =>
  pieces.reduce((end, { at, length }) => Math.max(end, at + length), header);
