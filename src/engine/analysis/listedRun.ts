import type { Control, Run } from '../../shared/engine';
import type { NamedToken } from '../../shared/tokens';
import { norm, row } from '../arrays/vectors';
import type { ListedPosition, ModelServer } from '../servers/modelServer';
import { unknownLayers } from './hiddenVectors';

/** Likeliest tokens that a server is asked for at every position. */
const mostListed = 20;

/** The vocabulary as far as it is known. */
export interface NamesOfTokens {
  token(id: number, bytes: readonly number[]): NamedToken;
  /** Tokens in it; null if not known. */
  readonly size: number | null;
}

/** A text on a server that lists the likeliest tokens, without the rows that would take their logits apart. */
export async function listedRun(
  server: ModelServer,
  names: NamesOfTokens,
  ids: readonly number[],
  control: Control,
): Promise<Run> {
  await server.check(control);
  const hidden = await server.hidden?.(ids, control);
  const positions = server.listed ? await server.listed(ids, { first: 0, count: mostListed }, control) : [];
  const entropies = positions.map((position) => entropyBounds(position, names.size));
  const surprisals = ids.map((id, i) => surprisalOf(positions[i - 1], id));
  const width = hidden ? hidden.length / ids.length : 0;
  return {
    handle: null,
    length: ids.length,
    hiddenSize: Float64Array.from(ids, (_, i) => (hidden ? norm(row(hidden, i, width)) : NaN)),
    entropy: Float64Array.from(ids, (_, i) => entropies[i]?.atLeast ?? NaN),
    surprisal: Float64Array.from(surprisals, ({ bits }) => bits),
    listed: {
      entropyAtMost: Float64Array.from(ids, (_, i) => entropies[i]?.atMost ?? NaN),
      isLeast: Uint8Array.from(surprisals, ({ isLeast }) => Number(isLeast)),
    },
    likeliest: ids.map((_, i) =>
      (positions[i]?.likeliest ?? []).map(({ id, bytes, logProbability }) => ({
        token: names.token(id, bytes),
        probability: Math.exp(logProbability),
      })),
    ),
    layers: unknownLayers,
  };
}

const bitsOf = (logProbability: number): number => Math.abs(logProbability) / Math.LN2;

/** Probability of all tokens beyond a list: 0 … 1. */
const restOf = ({ likeliest }: ListedPosition): number =>
  Math.max(0, 1 - likeliest.reduce((sum, { logProbability }) => sum + Math.exp(logProbability), 0));

/**
 * Bounds of the entropy, bits. No token beyond the list is likelier than its last one, so each carries at least that
 * surprisal. The entropy is greatest if those tokens share the rest evenly.
 */
export function entropyBounds(
  position: ListedPosition,
  vocabulary: number | null,
): { readonly atLeast: number; readonly atMost: number } {
  const { likeliest } = position;
  const known = likeliest.reduce(
    (sum, { logProbability }) => sum + Math.exp(logProbability) * bitsOf(logProbability),
    0,
  );
  const rest = restOf(position);
  const others = vocabulary === null ? NaN : vocabulary - likeliest.length;
  const last = likeliest.at(-1);
  if (rest === 0 || others <= 0) return { atLeast: known, atMost: known };
  return {
    atLeast: known + rest * Math.max(last ? bitsOf(last.logProbability) : 0, -Math.log2(rest)),
    atMost: known + rest * Math.log2(others / rest),
  };
}

/** −log₂ p of the next token, or the least that it can be if no list holds it. NaN before the first list. */
function surprisalOf(
  before: ListedPosition | undefined,
  id: number,
): { readonly bits: number; readonly isLeast: boolean } {
  if (!before) return { bits: NaN, isLeast: false };
  const found = before.likeliest.find((one) => one.id === id)?.logProbability ?? before.next;
  if (found !== null) return { bits: bitsOf(found), isLeast: false };
  const last = before.likeliest.at(-1);
  const rest = restOf(before);
  const ofRest = rest > 0 ? -Math.log2(rest) : 0;
  return { bits: Math.max(last ? bitsOf(last.logProbability) : 0, ofRest), isLeast: true };
}
