import { bisectLeft, quantileSorted } from 'd3-array';
import { badRequest } from '../../shared/errors';
import {
  pointsAlike,
  type Reach,
  type Reference,
  type UntrainedOptions,
  type UntrainedResult,
  type UntrainedToken,
} from '../../shared/lab';
import { dot, norm } from '../arrays/vectors';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { checkToken, type Trial } from './experiment';
import { principalComponent } from './principal';

/** Tokens that are known to be unused: more of them change the mean little. */
const mostReference = 100;
const listed = 200;
const mostControl = 1000;
const examples = 5;
/** The share of the reference that lies below the bound. */
const below = 0.05;
/** Tokens between two pauses. */
const batch = 1024;
/** Share of the run that the first principal component takes, and the search for tokens that no text reaches. */
const principalShare = 0.7;
const cosinesShare = 0.1;

/** Names that model builders give to tokens that they keep for later. */
const unusedNames = /^[<[]\|?(unused|extra)[_-]?(token)?[_-]?\d*\|?[>\]]$/i;
const reservedNames = /^[<[]\|?(reserved|dummy|placeholder)[\w-]*\|?[>\]]$/i;

/** The control tokens for code of SmolLM's vocabulary, which the model that ships has: see docs/13-untrained.md. */
const forCode = { first: 3, last: 16, names: ['<repo_name>', '<empty_output>'] } as const;

/** Bytes that UTF-8 never has. */
const neverUsed = [0xc0, 0xc1, ...Array.from({ length: 11 }, (_, i) => 0xf5 + i)];

interface Measured {
  readonly cosines: Float64Array;
  readonly principal: number;
}

/** Tokens that look as if they were never trained: see `UntrainedResult`. */
export async function untrained(trial: Trial<'untrained'>): Promise<UntrainedResult> {
  const { model, options, signal, report } = trial;
  const reference = referenceOf(model, options);
  const measured = await untrainedCosines(model, reference.ids, signal, (fraction) =>
    report((principalShare + cosinesShare) * fraction),
  );
  return untrainedFrom(trial, reference, measured);
}

/** What the cosines say. */
export async function untrainedFrom(
  { model, signal, report }: Pick<Trial<'untrained'>, 'model' | 'signal' | 'report'>,
  reference: ReturnType<typeof referenceOf>,
  { cosines, principal }: Measured,
): Promise<UntrainedResult> {
  const { tokenizer, vocabulary, tied } = model;
  const { length } = vocabulary;
  const isReference = new Set(reference.ids);
  const order = Uint32Array.from({ length }, (_, id) => id).sort(
    (a, b) => (cosines[b] as number) - (cosines[a] as number) || a - b,
  );
  const ranks = new Uint32Array(length);
  order.forEach((id, place) => (ranks[id] = place + 1));

  const ofReference = reference.ids.map((id) => cosines[id] as number).sort((a, b) => a - b);
  const bound = quantileSorted(ofReference, below) as number;
  const found: Record<Reach, number> = { text: 0, control: 0, partial: 0, unreachable: 0 };
  // A row of zeros has no direction, and the cosine 0.
  const reached = order.findIndex((id) => !pointsAlike(cosines[id] as number, bound));
  for (const [place, id] of order.subarray(0, reached < 0 ? length : reached).entries()) {
    if (!isReference.has(id)) found[reachOf(model, id)]++;
    if (place % batch !== 0) continue;
    report(principalShare + cosinesShare + ((1 - principalShare - cosinesShare) * place) / length);
    await pause(signal);
  }

  const sizes = vocabulary.sizes.of;
  const token = (id: number): UntrainedToken => ({
    id,
    text: tokenizer.textOf(id),
    reach: reachOf(model, id),
    size: sizes[id] as number,
    percentile: vocabulary.sizes.percentile(sizes[id] as number),
    cosine: cosines[id] as number,
    rank: ranks[id] as number,
  });
  const others = Array.from(order).filter((id) => !isReference.has(id));
  const ofOthers = Float64Array.from(others, (id) => sizes[id] as number).sort();
  const [least, most] = extremesOf(reference.ids.map((id) => sizes[id] as number));
  return {
    tied,
    vocabulary: length,
    reference: {
      kind: reference.kind,
      count: reference.ids.length,
      ...(reference.ids.length <= mostReference && { ids: reference.ids }),
      examples: reference.ids.slice(0, examples).map((id) => ({ id, text: tokenizer.textOf(id) })),
      sizes: [least, most],
      smaller: others.length === 0 ? 0 : bisectLeft(ofOthers, most) / others.length,
    },
    principal,
    bound,
    found,
    nearest: others.slice(0, listed).map(token),
    control: others
      .filter((id) => tokenizer.isSpecial(id))
      .sort((a, b) => a - b)
      .slice(0, mostControl)
      .map(token),
  };
}

/**
 * Cosine of every output row to the mean of those of `reference`, after the first principal component of all rows was
 * taken off, −1 … 1; 0 for a row that has nothing left. In float64.
 */
export async function untrainedCosines(
  { directions }: Pick<Model, 'directions'>,
  reference: readonly number[],
  signal: Trial<'untrained'>['signal'],
  report: (fraction: number) => void,
): Promise<Measured> {
  const { matrix, sizes } = directions;
  const { dimensions, vocabulary } = matrix;
  const share = principalShare / (principalShare + cosinesShare);
  const { direction, share: principal } = await principalComponent(matrix, sizes.meanRow, signal, (fraction) =>
    report(share * fraction),
  );
  // One array for all rows, and plain loops: this passes over every number of the vocabulary.
  const left = new Float64Array(dimensions);
  const takeOff = (row: Float32Array): void => {
    const along = dot(row, direction);
    for (let i = 0; i < dimensions; i++) left[i] = (row[i] as number) - along * (direction[i] as number);
  };
  const mean = new Float64Array(dimensions);
  for (const [done, id] of reference.entries()) {
    takeOff(matrix.row(id));
    left.forEach((number, i) => (mean[i] = (mean[i] as number) + number / reference.length));
    // A reader may name half of the vocabulary.
    if (done % batch === 0) await pause(signal);
  }
  const meanSize = norm(mean);
  const cosines = new Float64Array(vocabulary);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += dimensions) {
      takeOff(rows.subarray(at, at + dimensions));
      const size = norm(left);
      cosines[first + i] = size > 0 && meanSize > 0 ? dot(left, mean) / size / meanSize : 0;
    }
    report(share + ((1 - share) * (first + rows.length / dimensions)) / vocabulary);
    await pause(signal);
  }
  return { cosines, principal };
}

/** The tokens that are known to be unused. Throws `EngineError('bad-request')` if there are none. */
export function referenceOf(
  model: Model,
  { from, to }: UntrainedOptions,
): { readonly kind: Reference; readonly ids: readonly number[] } {
  const { tokenizer, vocabulary } = model;
  if (from !== undefined || to !== undefined) {
    const [first, last] = [from ?? 0, to ?? vocabulary.length - 1];
    checkToken(model, first);
    checkToken(model, last);
    if (last < first) throw badRequest`The reference begins at ${first} and ends at ${last}; give the lower id first.`;
    return { kind: 'given', ids: idsFrom(first, last) };
  }
  const byKind: Record<'unused' | 'reserved' | 'bytes', number[]> = { unused: [], reserved: [], bytes: [] };
  for (let id = 0; id < vocabulary.length; id++) {
    const bytes = tokenizer.bytesOf(id);
    if (bytes.length === 1 && neverUsed.includes(bytes[0] as number)) byKind.bytes.push(id);
    if (bytes.length < 6) continue;
    const text = tokenizer.textOf(id);
    if (unusedNames.test(text)) byKind.unused.push(id);
    else if (reservedNames.test(text)) byKind.reserved.push(id);
  }
  for (const kind of ['unused', 'reserved', 'bytes'] as const)
    if (byKind[kind].length > 0) return { kind, ids: byKind[kind].slice(0, mostReference) };
  const { first, last, names } = forCode;
  if (last < vocabulary.length && tokenizer.textOf(first) === names[0] && tokenizer.textOf(last) === names[1])
    return { kind: 'code', ids: idsFrom(first, last) };
  throw badRequest`No token of this model is known to be unused: none is called <unused…> or reserved, and it has no token for a byte that UTF-8 never has. Give the ids of some, from the first to the last.`;
}

const idsFrom = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

function reachOf({ tokenizer }: Model, id: number): Reach {
  if (tokenizer.isSpecial(id)) return 'control';
  if (tokenizer.textOf(id).includes('\ufffd')) return 'partial';
  return tokenizer.canOccur(id) ? 'text' : 'unreachable';
}

const extremesOf = (numbers: readonly number[]): readonly [number, number] => [
  numbers.reduce((a, b) => Math.min(a, b), Infinity),
  numbers.reduce((a, b) => Math.max(a, b), -Infinity),
];
