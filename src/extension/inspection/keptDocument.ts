import type { DocumentTokens, MeasuredDocument } from '../../shared/document/document';
import { DocumentSums } from '../../shared/document/sums';
import { count } from '../../shared/format';
import type { LikelyToken } from '../../shared/run';
import { wait } from '../../shared/timers';
import type { NamedToken } from '../../shared/tokens';
import type { Translator } from '../../shared/translator';
import { fingerprint } from './subject';

/** A document to inspect. */
export interface DocumentSource {
  /** A name for a person. */
  readonly name: string;
  readonly uri: string;
  /** The document's present text. */
  read(): string;
}

/** What was measured of a document, without its text. */
export interface KeptDocument {
  readonly uri: string;
  /** The fingerprint of the text. */
  readonly print: string;
  readonly plain: boolean;
  /** As `modelOfLoad`. */
  readonly model: string;
  /** Without its tokens if there were more than are kept. */
  readonly measured: MeasuredDocument;
}

export interface Recalled {
  readonly kept: KeptDocument;
  readonly source: DocumentSource;
  /** Of all that was measured, if the document reads the same. */
  readonly sums: DocumentSums;
}

/** Tokens of a document that is kept: about 40 MB. */
const mostKept = 400_000;

/** Why these are not the numbers of a document that reads so now: a sentence; null if they are. */
export function whyDropped({ print, measured }: KeptDocument, text: string, l10n: Translator): string | null {
  if (fingerprint(text) !== print)
    return l10n.t('The document has changed since it was measured. Continue to measure it again.');
  if (measured.tokens.ids.length > 0) return null;
  return l10n.t(
    'Numbers of more than {0} tokens are not kept. Continue to measure the document again.',
    count(mostKept),
  );
}

/** Where the measurement that was made last is kept. */
interface Store {
  read(): Thenable<Uint8Array>;
  write(bytes: Uint8Array): Thenable<void>;
  /** Rejects if the document is gone. */
  open(uri: string): Promise<DocumentSource>;
  /** The size and the time of a model's file; null if it has none. Never rejects. */
  fileOf(model: string): Promise<string | null>;
  failed(error: unknown): void;
}

/** Keeps one measurement over a reload of the window, and while another model is loaded. */
export class DocumentKeeper {
  /** Resolves once all is written. */
  written: Promise<void> = Promise.resolve();
  #newest: KeptDocument | null = null;

  constructor(private readonly store: Store) {}

  /** null forgets it. While one is written, only the newest of the others is written after it. */
  keep(document: KeptDocument | null): void {
    this.#newest = document;
    const write = async () => {
      if (this.#newest !== document) return;
      const file = document && (await this.store.fileOf(document.model));
      await this.store.write(document ? await packed(document, file) : new Uint8Array());
    };
    this.written = this.written.then(write).catch((error: unknown) => this.store.failed(error));
  }

  /** null if none of this model is kept, if that one's file is another by now, or if the document is gone. */
  async recall(model: string): Promise<Recalled | null> {
    await this.written;
    try {
      const { file, ...kept } = await unpacked(await this.store.read());
      const isSame = kept.model === model && file === (await this.store.fileOf(model));
      if (!isSame) return null;
      const source = await this.store.open(kept.uri);
      const text = source.read();
      const sums = new DocumentSums(text);
      if (fingerprint(text) === kept.print)
        await inSlices(kept.measured.measured, (_, measured) => sums.take({ ...kept.measured, measured }));
      return { kept, source, sums };
    } catch {
      return null;
    }
  }
}

/** Of a token: id, start, end, size, surprisal, entropy, the three likeliest in its place, their probabilities. */
const [likely, probable, columns] = [6, 9, 12];

interface Head extends Omit<KeptDocument, 'measured'>, Pick<MeasuredDocument, 'window' | 'measured'> {
  readonly file: string | null;
  readonly tokens: Omit<DocumentTokens, 'ids' | 'starts' | 'ends' | 'sizes'>;
  readonly names: readonly NamedToken[];
}

/** The count of tokens, their numbers one column after another, and the rest as JSON. */
async function packed({ measured, ...kept }: KeptDocument, file: string | null): Promise<Uint8Array> {
  const { surprisal, entropy, expected, window } = measured;
  const { ids, starts, ends, sizes, ...tokens } = measured.tokens;
  const length = ids.length > mostKept ? 0 : ids.length;
  const names = new Map<number, NamedToken>();
  const numbers = new Float64Array(1 + columns * length).fill(length, 0, 1);
  for (const [at, column] of [ids, starts, ends, sizes, surprisal, entropy].entries())
    numbers.set(column.subarray(0, length), 1 + at * length);
  await inSlices(length, (from, to) => {
    for (let i = from; i < to; i++)
      for (const [place, { token, probability }] of (expected[i] ?? []).entries()) {
        names.set(token.id, token);
        numbers[1 + (likely + place) * length + i] = token.id;
        numbers[1 + (probable + place) * length + i] = probability;
      }
  });
  const head: Head = { ...kept, tokens, window, measured: measured.measured, file, names: [...names.values()] };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(numbers.byteLength + json.length);
  bytes.set(new Uint8Array(numbers.buffer));
  bytes.set(json, numbers.byteLength);
  return bytes;
}

/** Throws if the file is empty or damaged. */
async function unpacked(bytes: Uint8Array): Promise<KeptDocument & Pick<Head, 'file'>> {
  const { buffer } = bytes.slice();
  const [length = 0] = new Float64Array(buffer, 0, 1);
  const column = (at: number) => new Float64Array(buffer, 8 * (1 + at * length), length);
  const json = new TextDecoder().decode(bytes.subarray(8 * (1 + columns * length)));
  const { names, tokens, window, measured, ...kept } = JSON.parse(json) as Head;
  const named = new Map(names.map((token) => [token.id, token]));
  const places = [0, 1, 2].map((place) => [column(likely + place), column(probable + place)] as const);
  const expected: LikelyToken[][] = [];
  await inSlices(length, (from, to) => {
    for (let i = from; i < to; i++) {
      const list: LikelyToken[] = [];
      for (const [ids, probabilities] of places) {
        const token = named.get(ids[i] as number);
        const probability = probabilities[i] as number;
        if (token && probability > 0) list.push({ token, probability });
      }
      expected.push(list);
    }
  });
  const [ids, sizes] = [new Int32Array(column(0)), new Float32Array(column(3))];
  const [starts, ends] = [new Uint32Array(column(1)), new Uint32Array(column(2))];
  const found = { surprisal: column(4), entropy: column(5), expected };
  return { ...kept, measured: { tokens: { ...tokens, ids, starts, ends, sizes }, window, measured, ...found } };
}

/** Pauses for the host's other work. `act` gets the first token of a part, and the one after its last. */
async function inSlices(length: number, act: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < length; from += slice) {
    if (from > 0) await wait(0);
    act(from, Math.min(from + slice, length));
  }
}
const slice = 4096;
