import type { FindRequest, FindResult, SizeSummary, VocabularyTexts } from '../../shared/engine';
import type { VocabularyToken } from '../../shared/tokens';
import { angle } from '../arrays/vectors';
import type { Directions } from '../directions/directions';
import type { RowSizes } from '../directions/sizes';
import type { Tokenizer } from '../tokenizer/tokenizer';

type OutputFacts = Pick<VocabularyToken, 'outputSize' | 'outputPercentile' | 'angleInputOutput'>;

/** Of a token, in most vocabularies. */
const usualBytes = 8;

export class Vocabulary {
  #texts: readonly string[] | undefined;
  readonly #outputs = new Map<number, OutputFacts>();

  /** `inputs` and `outputs` are one object if one matrix serves as both. */
  constructor(
    readonly tokenizer: Tokenizer,
    private readonly inputs: Directions,
    private readonly outputs: Directions,
  ) {}

  get sizes(): RowSizes {
    return this.inputs.sizes;
  }

  get length(): number {
    return this.sizes.of.length;
  }

  token(id: number): VocabularyToken {
    const size = this.sizes.of[id] as number;
    return {
      id,
      text: this.tokenizer.textOf(id),
      bytes: Array.from(this.tokenizer.bytesOf(id)),
      special: this.tokenizer.isSpecial(id),
      size,
      percentile: this.sizes.percentile(size),
      ...(this.outputs !== this.inputs && this.#outputFacts(id)),
    };
  }

  /** Size and angle of the token's output row. */
  #outputFacts(id: number): OutputFacts {
    const known = this.#outputs.get(id);
    if (known) return known;
    const { sizes, matrix } = this.outputs;
    const outputSize = sizes.of[id] as number;
    const between = angle(this.inputs.matrix.row(id), matrix.row(id));
    const facts = {
      outputSize,
      outputPercentile: sizes.percentile(outputSize),
      ...(!Number.isNaN(between) && { angleInputOutput: between }),
    };
    this.#outputs.set(id, facts);
    return facts;
  }

  /** Ids from `first` to `end`, without `end`. */
  texts(first: number, end: number): VocabularyTexts {
    const count = end - first;
    const ends = new Uint32Array(count);
    const special = new Uint8Array(count);
    // One array that grows: the bytes of each token in an array of their own take a hundred times as much.
    let bytes = new Uint8Array(usualBytes * count);
    let length = 0;
    for (let i = 0; i < count; i++) {
      const own = this.tokenizer.bytesOf(first + i);
      if (length + own.length > bytes.length) {
        const larger = new Uint8Array(2 * (length + own.length));
        larger.set(bytes);
        bytes = larger;
      }
      bytes.set(own, length);
      ends[i] = length += own.length;
      special[i] = Number(this.tokenizer.isSpecial(first + i));
    }
    return {
      first,
      bytes: bytes.slice(0, length),
      ends,
      special,
      sizes: Float32Array.from(this.sizes.of.subarray(first, end)),
    };
  }

  /** Of the sizes of one of the two matrices. */
  summary({ smallestId, largestId, mean, meanRowSize, histogram }: RowSizes): SizeSummary {
    return { smallest: this.token(smallestId), largest: this.token(largestId), mean, meanRow: meanRowSize, histogram };
  }

  /** The token that is spelled exactly so: the one that texts become, if there is one. */
  idOf(text: string): number | undefined {
    const [id, ...others] = this.cut(text);
    if (id !== undefined && others.length === 0 && this.tokenizer.textOf(id) === text) return id;
    // Bytes that are no characters all read alike.
    const listed = text.includes('\ufffd') ? -1 : this.#allTexts().indexOf(text);
    return listed < 0 ? undefined : listed;
  }

  /** The ids of a text alone, without those that the tokenizer adds before it. */
  cut(text: string): readonly number[] {
    const { ids, starts, ends } = this.tokenizer.encode(text, { plain: false });
    return Array.from(ids).filter((_, i) => (ends[i] as number) > (starts[i] as number));
  }

  #allTexts(): readonly string[] {
    return (this.#texts ??= Array.from({ length: this.length }, (_, id) => this.tokenizer.textOf(id)));
  }

  /**
   * Finds tokens by id or text. The order: the id, equal texts, texts equal but for a leading space, those that begin
   * with the query, those that contain it.
   */
  find({ query, count, textOnly }: FindRequest): FindResult {
    if (query === '') return { tokens: [], total: 0 };
    const wanted = query.toLowerCase();
    const byId = !textOnly && /^\d+$/.test(query) ? Number(query) : -1;
    const matches: { id: number; order: number; length: number }[] = [];
    this.#allTexts().forEach((text, id) => {
      const order = id === byId ? 0 : closeness(text, query, wanted);
      if (order < Infinity) matches.push({ id, order, length: text.length });
    });
    matches.sort((a, b) => a.order - b.order || a.length - b.length || a.id - b.id);
    return { tokens: matches.slice(0, count).map(({ id }) => this.token(id)), total: matches.length };
  }
}

/** 1 for the query itself, larger for worse matches, Infinity if the text does not contain it. */
function closeness(text: string, query: string, lowerCased: string): number {
  if (text === query) return 1;
  const lower = text.toLowerCase();
  const at = lower.indexOf(lowerCased);
  if (at < 0) return Infinity;
  const bare = text.trimStart();
  if (bare === query) return 2;
  if (bare.toLowerCase() === lowerCased) return 3;
  return at === 0 || text.length - bare.length === at ? 4 : 5;
}
