import { bisector } from 'd3-array';
import type { VocabularyTexts } from '../../shared/engine';
import type { VocabularyToken } from '../../shared/tokens';

const decoder = new TextDecoder();

/** All tokens of the vocabulary, without a question to the engine. */
export class Names {
  readonly #known = new Map<number, VocabularyToken>();
  #sorted: Float32Array | undefined;

  constructor(private readonly texts: VocabularyTexts) {}

  get length(): number {
    return this.texts.ends.length;
  }

  isSpecial(id: number): boolean {
    return this.texts.special[id] === 1;
  }

  bytesOf(id: number): Uint8Array {
    const { bytes, ends } = this.texts;
    return bytes.subarray(id === 0 ? 0 : ends[id - 1], ends[id]);
  }

  /** For an unknown id, a token without text and size. */
  token(id: number): VocabularyToken {
    const known = this.#known.get(id);
    if (known) return known;
    if (!(id >= 0 && id < this.length)) return { id, text: '', bytes: [], special: false, size: NaN, percentile: NaN };
    const bytes = this.bytesOf(id);
    const size = this.texts.sizes[id] ?? NaN;
    const token = {
      id,
      text: decoder.decode(bytes),
      bytes: [...bytes],
      special: this.isSpecial(id),
      size,
      percentile: this.#percentile(size),
    };
    this.#known.set(id, token);
    return token;
  }

  #percentile(size: number): number {
    const sorted = (this.#sorted ??= this.texts.sizes.slice().sort());
    return (100 * bySize.left(sorted, size)) / sorted.length;
  }
}

const bySize = bisector((size: number) => size);

const made = new WeakMap<VocabularyTexts, Names>();

/** One `Names` for each vocabulary. */
export function namesOf(texts: VocabularyTexts): Names {
  const before = made.get(texts);
  if (before) return before;
  const names = new Names(texts);
  made.set(texts, names);
  return names;
}
