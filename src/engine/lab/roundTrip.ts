import type { RoundTripOptions, RoundTripResult } from '../../shared/lab';
import { byMetric, type ByMetric, type Metric } from '../../shared/tokens';
import type { Signal } from '../../shared/engine';
import { inSpace, type Space } from '../directions/space';
import type { RulerLines } from '../directions/rowsPass';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { better, compare, rowIn } from '../directions/ranking';
import { dot, norm, type Vector } from '../tools/vectors';
import { checkWhole, entry, type EstimatingControl } from './experiment';
import { everywhere, spread } from './samples';

const examplesShown = 20;
/** Room for the error of a float32 product of two vectors, as a share of the product of their sizes. */
const doubt = 2e-5;
const allMetrics: readonly Metric[] = ['euclidean', 'cosine', 'dot'];

/** How many tokens, embedded and unembedded with nothing between, do not come back as themselves. */
export async function roundTrip(
  model: Model,
  { sample = model.vocabulary.length }: RoundTripOptions,
  { signal, tell, estimate }: EstimatingControl<RoundTripResult>,
): Promise<RoundTripResult> {
  const vocabulary = model.vocabulary.length;
  checkWhole('sample', sample, 1, vocabulary);
  const ids = everywhere(spread(vocabulary, sample));
  const { directions } = model;
  const { raw } = directions;
  const centred = await directions.centred();
  const { embedding } = model;

  const misses = { raw: none(), centred: none(), normed: none() };
  const tried = { plain: 0, normed: 0 };
  const lost: number[] = [];
  const result = (): Omit<RoundTripResult, 'examples'> => ({
    vocabulary,
    tried: tried.plain,
    ...(model.norm && tried.normed < tried.plain && { triedNormed: tried.normed }),
    misses: {
      raw: { ...misses.raw },
      centred: { ...misses.centred },
      ...(model.norm && { normed: { ...misses.normed } }),
    },
  });
  const count = (into: Record<Metric, number>, missed: ByMetric<boolean>) => {
    for (const metric of allMetrics) if (missed[metric]) into[metric]++;
  };
  const tryBatch: Record<Step['way'], (batch: readonly number[]) => Promise<void>> = {
    async plain(batch) {
      const rows = batch.map((id) => embedding.row(id));
      // Distances between rows of one matrix are the same wherever the origin lies.
      const [inRaw, inCentred] = await missesOf(
        model,
        [
          { space: raw, asked: allMetrics },
          { space: centred, asked: model.tied ? ['cosine', 'dot'] : allMetrics },
        ],
        batch,
        rows,
        signal,
      );
      batch.forEach((id, i) => {
        const missed = inRaw?.[i] as ByMetric<boolean>;
        if (missed.dot && lost.length < examplesShown) lost.push(id);
        count(misses.raw, missed);
        count(misses.centred, {
          ...(inCentred?.[i] as ByMetric<boolean>),
          ...(model.tied && { euclidean: missed.euclidean }),
        });
      });
    },
    async normed(batch) {
      const queries = batch.map((id) => Float32Array.from(model.finalNorm(embedding.row(id))));
      const [missed] = await missesOf(model, [{ space: raw, asked: allMetrics }], batch, queries, signal);
      missed?.forEach((missing) => count(misses.normed, missing));
    },
  };
  const steps = plan(Math.ceil(ids.length / together)).filter(({ way }) => way === 'plain' || model.norm !== null);
  for (const [done, { way, batch }] of steps.entries()) {
    const tokens = ids.slice(batch * together, (batch + 1) * together);
    await tryBatch[way](tokens);
    tried[way] += tokens.length;
    if (tried.normed > 0 || !model.norm) estimate((done + 1) / steps.length, { ...result(), examples: [] });
    else tell((done + 1) / steps.length);
    await pause(signal);
  }
  const examples = await directions.search(
    lost.map((id) => embedding.row(id)),
    { count: 1, lists: ['dot'], signal },
  );
  return {
    ...result(),
    examples: lost.map((id, i) => {
      const winner = examples[i]?.ranked.dot[0];
      return { id, text: model.tokenizer.textOf(id), becomes: entry(model, winner?.id ?? id, winner?.value ?? 0) };
    }),
  };
}

/** Tokens that go through the rows together. */
const together = 256;
/** Batches with which an estimate begins: 2,048 tokens. */
const sketched = 8;
/** Of so many of them, one goes through the final norm at once. */
const normedShare = 8;

interface Step {
  readonly way: 'plain' | 'normed';
  readonly batch: number;
}

/**
 * Every batch plain and through the final norm. The first ones go plain ahead, so that an estimate from 2,000 tokens is
 * there in nearly half the time.
 */
function plan(batches: number): Step[] {
  const all = Array.from({ length: batches }, (_, batch) => batch);
  const first = all.slice(0, sketched);
  const both = (batch: number): Step[] => [
    { way: 'plain', batch },
    { way: 'normed', batch },
  ];
  return [
    ...first.flatMap((batch) => (batch % normedShare === 0 ? both(batch) : [{ way: 'plain' as const, batch }])),
    ...first.filter((batch) => batch % normedShare !== 0).map((batch) => ({ way: 'normed' as const, batch })),
    ...all.slice(sketched).flatMap(both),
  ];
}

const none = (): Record<Metric, number> => ({ euclidean: 0, cosine: 0, dot: 0 });

/**
 * A row w is at least as near as some score where q·w ≥ offset_w + least + rate · slope_w: one form for all metrics, in
 * which `least` and `rate` say the score.
 */
type Ruler = Omit<RulerLines, 'lines'>;

const rulers = new WeakMap<Space, ByMetric<Ruler>>();

/** The rulers of a space, made once. */
async function rulersOf({ directions, tied }: Model, space: Space): Promise<ByMetric<Ruler>> {
  const known = rulers.get(space);
  if (known) return known;
  const zeros = new Float32Array(directions.matrix.vocabulary);
  const toOrigin = space.origin && tied ? await directions.dots([space.origin]) : zeros;
  const made = {
    // |q − w|² = |q|² − 2 (q·w − |w|² / 2)
    euclidean: { offset: space.squares.map((square) => square / 2), slope: zeros },
    dot: { offset: toOrigin, slope: zeros },
    cosine: { offset: toOrigin, slope: space.squares.map((square) => Math.sqrt(square)) },
  };
  rulers.set(space, made);
  return made;
}

/** A space, and the metrics by which the rows are compared there. */
interface Comparing {
  readonly space: Space;
  readonly asked: readonly Metric[];
}

/**
 * Whether another row is nearer to each query than the row of its id is, in every space by the metrics asked for there;
 * the others are false. Queries are raw, so that one product serves all spaces.
 */
async function missesOf(
  model: Model,
  spaces: readonly Comparing[],
  ids: readonly number[],
  queries: readonly Float32Array[],
  signal: Signal | undefined,
): Promise<ByMetric<boolean>[][]> {
  const { directions } = model;
  const targets = spaces.map(({ space }) =>
    ids.map((id, i) => new Target(model, space, id, queries[i] as Float32Array)),
  );
  const lines: RulerLines[] = [];
  for (const [i, { space, asked }] of spaces.entries()) {
    const made = await rulersOf(model, space);
    for (const metric of asked)
      lines.push({
        ...made[metric],
        lines: Float32Array.from((targets[i] as Target[]).flatMap((target) => target.lines(metric))),
      });
  }
  const reached = await directions.reached(queries, lines, signal);
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

/** The row that a query has to find, and what a nearer one would have to reach. */
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
    // An input vector is a row of the matrix, from which its mean comes off too, in a model with one matrix only.
    this.#placed = model.tied ? inSpace(query, space) : query;
    this.#querySize = norm(this.#placed);
    this.#own = rowIn(model.directions, space, id);
    this.#shift = space.origin ? dot(query, space.origin) - (model.tied ? dot(space.origin, space.origin) : 0) : 0;
  }

  /** The lines that a row perhaps and surely reaches where it is nearer than the target, from exact numbers. */
  lines(metric: Metric): [number, number, number, number] {
    const { sizes } = this.model.directions;
    const { origin } = this.space;
    const longest = sizes.largest + (origin ? sizes.meanRowSize : 0);
    const room =
      doubt * norm(this.query) * (metric === 'cosine' ? 1 : longest) +
      (metric === 'euclidean' ? doubt * longest * longest : origin ? doubt * longest : 0);
    if (metric === 'cosine') {
      const rate = this.#value(metric, this.id) * this.#querySize;
      return [this.#shift, rate - room, this.#shift, rate + room];
    }
    const score =
      metric === 'euclidean'
        ? dot(this.#placed, this.#own.row) - this.#own.size ** 2 / 2
        : this.#value(metric, this.id);
    return [score + this.#shift - room, 0, score + this.#shift + room, 0];
  }

  /** Whether one of the rows in doubt is nearer in truth; of more than can be named all rows are asked. */
  isBehind(metric: Metric, doubtful: readonly number[] | null): boolean {
    const own = { id: this.id, value: this.#value(metric, this.id) };
    const ids = doubtful ?? Array.from({ length: this.model.vocabulary.length }, (_, id) => id);
    return ids.some(
      (other) => other !== this.id && better(metric, { id: other, value: this.#value(metric, other) }, own) < 0,
    );
  }

  #value(metric: Metric, other: number): number {
    const { row, size } = other === this.id ? this.#own : rowIn(this.model.directions, this.space, other);
    return compare(metric, this.#placed, this.#querySize, row, size);
  }
}
