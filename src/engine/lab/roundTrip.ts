import type { Signal } from '../../shared/engine';
import { rangesOf, type RoundTripResult } from '../../shared/lab';
import { byMetric, metrics, type ByMetric, type Metric } from '../../shared/metrics';
import { said } from '../../shared/said';
import { dot, norm, type Vector } from '../arrays/vectors';
import { better, rowIn } from '../directions/ranking';
import type { ReachLines } from '../directions/rowsPass';
import { inSpace, type Space } from '../directions/space';
import { metricNumbers, Pair } from '../kernels/metrics';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { checkNumber, entry, type Trial } from './experiment';
import { evenlySpaced, interleaved } from './samples';

const examplesShown = 20;
const batchSize = 256;

/** Counts the tokens that do not come back as themselves, embedded and unembedded with no layers between. */
export async function roundTrip({ model, options, signal, report }: Trial<'round-trip'>): Promise<RoundTripResult> {
  const { directions, embedding } = model;
  const vocabulary = model.vocabulary.length;
  const { sample = vocabulary } = options;
  checkNumber(said`sample`, sample, { ...rangesOf('round-trip').sample, most: vocabulary });
  const ids = interleaved(evenlySpaced(vocabulary, sample));
  const misses = new Misses(model);
  for (let from = 0; from < ids.length; from += batchSize) {
    await misses.count(ids.slice(from, from + batchSize), signal);
    report(misses.tried / ids.length, { ...misses.result(), examples: [] });
    await pause(signal);
  }
  const { lost } = misses;
  const examples = await directions.search(
    lost.map((id) => embedding.row(id)),
    { count: 1, lists: ['dot'], signal },
  );
  return {
    ...misses.result(),
    examples: lost.map((id, i) => {
      const winner = examples[i]?.ranked.dot[0];
      return { id, text: model.tokenizer.textOf(id), becomes: entry(model, winner?.id ?? id, winner?.value ?? 0) };
    }),
  };
}

/** The misses among the tokens that were tried so far. */
class Misses {
  /** The first tokens that do not come back by the raw dot product. */
  readonly lost: number[] = [];
  tried = 0;
  readonly #raw = none();
  readonly #centred = none();
  readonly #normed = none();

  constructor(private readonly model: Model) {}

  /** Tries the tokens by their vectors as they are, and by the final norm of those. */
  async count(ids: readonly number[], signal: Signal | undefined): Promise<void> {
    await this.#countPlain(ids, signal);
    if (this.model.norm) await this.#countNormed(ids, signal);
    this.tried += ids.length;
  }

  result(): Omit<RoundTripResult, 'examples'> {
    const { norm: finalNorm, vocabulary } = this.model;
    return {
      vocabulary: vocabulary.length,
      tried: this.tried,
      misses: {
        raw: { ...this.#raw },
        centred: { ...this.#centred },
        ...(finalNorm && { normed: { ...this.#normed } }),
      },
    };
  }

  async #countPlain(ids: readonly number[], signal: Signal | undefined): Promise<void> {
    const { directions, embedding, tied } = this.model;
    const isSameCentred = (metric: Metric) => tied && metricNumbers[metric].sameInEverySpace;
    const [inRaw, inCentred] = await this.#missesOf(
      [
        { space: directions.raw, asked: metrics },
        { space: await directions.centred(), asked: metrics.filter((metric) => !isSameCentred(metric)) },
      ],
      ids,
      ids.map((id) => embedding.row(id)),
      signal,
    );
    ids.forEach((id, i) => {
      const missed = inRaw?.[i] as ByMetric<boolean>;
      if (missed.dot && this.lost.length < examplesShown) this.lost.push(id);
      add(this.#raw, missed);
      add(
        this.#centred,
        byMetric((metric) => (isSameCentred(metric) ? missed[metric] : (inCentred?.[i]?.[metric] ?? false))),
      );
    });
  }

  async #countNormed(ids: readonly number[], signal: Signal | undefined): Promise<void> {
    const { directions, embedding } = this.model;
    const queries = ids.map((id) => Float32Array.from(this.model.finalNorm(embedding.row(id))));
    const [missed] = await this.#missesOf([{ space: directions.raw, asked: metrics }], ids, queries, signal);
    missed?.forEach((one) => add(this.#normed, one));
  }

  /**
   * Tells for each space and query whether another row is nearer than the row of the query's id; false for a metric
   * that is not asked. Queries are raw, so that one product serves all spaces.
   */
  async #missesOf(
    spaces: readonly Comparing[],
    ids: readonly number[],
    queries: readonly Float32Array[],
    signal: Signal | undefined,
  ): Promise<ByMetric<boolean>[][]> {
    const { model } = this;
    const targets = spaces.map(({ space }) =>
      ids.map((id, i) => new Target(model, space, id, queries[i] as Float32Array)),
    );
    const lines: ReachLines[] = [];
    for (const [i, { space, asked }] of spaces.entries()) {
      const ofSpace = await reachLinesOf(model, space);
      for (const metric of asked)
        lines.push({
          ...ofSpace[metric],
          lines: Float32Array.from((targets[i] as Target[]).flatMap((target) => target.lines(metric))),
        });
    }
    const reached = await model.directions.reached(queries, lines, signal);
    let before = 0;
    return spaces.map(({ asked }, place) => {
      const here = reached.slice(before, (before += asked.length));
      return (targets[place] as Target[]).map((target, i) =>
        byMetric((metric) => {
          const found = here[asked.indexOf(metric)]?.[i];
          return found !== undefined && (found.surely || target.isBehind(metric, found.doubtful));
        }),
      );
    });
  }
}

/** A space, and the metrics by which the rows are compared there. */
interface Comparing {
  readonly space: Space;
  readonly asked: readonly Metric[];
}

const none = (): Record<Metric, number> => byMetric(() => 0);

function add(counts: Record<Metric, number>, missed: ByMetric<boolean>): void {
  for (const metric of metrics) if (missed[metric]) counts[metric]++;
}

/** The offsets and slopes of a metric's lines: see `metricNumbers`. */
type ReachLine = Omit<ReachLines, 'lines'>;

const linesBySpace = new WeakMap<Space, ByMetric<ReachLine>>();

async function reachLinesOf({ directions, tied }: Model, space: Space): Promise<ByMetric<ReachLine>> {
  const known = linesBySpace.get(space);
  if (known) return known;
  const zeros = new Float32Array(directions.matrix.vocabulary);
  const toOrigin = space.origin && tied ? await directions.dots([space.origin]) : zeros;
  const made = byMetric((metric): ReachLine => {
    const { offset, slope } = metricNumbers[metric].line;
    return {
      offset: offset ? space.squares.map((square) => offset(square)) : toOrigin,
      slope: slope ? space.squares.map((square) => slope(square)) : zeros,
    };
  });
  linesBySpace.set(space, made);
  return made;
}

/** The row that a query should find, and the score that a nearer row has to reach. */
class Target {
  readonly #placed: Vector;
  readonly #querySize: number;
  readonly #own: ReturnType<typeof rowIn>;
  readonly #shift: number;

  constructor(
    private readonly model: Model,
    private readonly space: Space,
    private readonly id: number,
    private readonly query: Float32Array,
  ) {
    // Only in a tied model is an input vector a row of the matrix, and so centred like the rows.
    this.#placed = model.tied ? inSpace(query, space) : query;
    this.#querySize = norm(this.#placed);
    this.#own = rowIn(model.directions, space, id);
    this.#shift = space.origin ? dot(query, space.origin) - (model.tied ? dot(space.origin, space.origin) : 0) : 0;
  }

  /**
   * The line that a row may reach if it is nearer than the target, and the line that it reaches only then. Both are
   * computed from exact numbers.
   */
  lines(metric: Metric): [number, number, number, number] {
    const { sizes, doubt } = this.model.directions;
    const moved = this.space.origin !== null;
    const longest = sizes.largest + (moved ? sizes.meanRowSize : 0);
    const { line } = metricNumbers[metric];
    const error = line.error({ doubt, query: norm(this.query), longest, moved });
    const { least, rate } = line.through(this.#pair(this.id));
    const from = least + this.#shift;
    return line.slope ? [from, rate - error, from, rate + error] : [from - error, rate, from + error, rate];
  }

  /** Whether a doubtful row is nearer by exact numbers. Null means too many to list: then all rows are compared. */
  isBehind(metric: Metric, doubtful: readonly number[] | null): boolean {
    const own = { id: this.id, value: this.#value(metric, this.id) };
    const ids = doubtful ?? Array.from({ length: this.model.vocabulary.length }, (_, id) => id);
    return ids.some(
      (other) => other !== this.id && better(metric, { id: other, value: this.#value(metric, other) }, own) < 0,
    );
  }

  #value(metric: Metric, other: number): number {
    return metricNumbers[metric].exact(this.#pair(other));
  }

  #pair(other: number): Pair {
    const { row, size } = other === this.id ? this.#own : rowIn(this.model.directions, this.space, other);
    return new Pair(this.#placed, this.#querySize, row, size);
  }
}
