import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { Steering } from '../../../src/shared/vectors/steering';
import type { PatchCellQuestion } from '../../../src/shared/vectors/texts';
import { table } from '../../../src/tools/text';
import { divergenceOf, textTruth, type Change, type ResidualChange } from '../../unit/support/headsTruth';

// `npm run verify -- vectors`: steered and patched runs of the default model on short texts against float64 from the
// equations: the logits of the likeliest tokens before and after, the KL divergence, the share that comes back. And
// strength 0 and a text patched with itself, which must not change a bit. Fails if a number is further away than the
// bar. It takes some minutes and 3 GB.

type Row = readonly number[];
const bar = 1e-5;
const text = 'The capital of France is';
const other = { text: 'The capital of Italy is' };
const count = 1000;
const [country, last] = [3, 4];

export async function vectors(path: string): Promise<boolean> {
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const engine = localEngine();
  await engine.load({ path, sha256: defaultModel.sha256 });
  const idsOf = (given: string) => Array.from(model.tokenizer.encode(given, { plain: false }).ids);
  const ids = [idsOf(text), idsOf(other.text)] as const;
  const only = (given: string): number => {
    const [id, ...more] = idsOf(given);
    if (id === undefined || more.length > 0) throw new Error(`“${given}” is not one token.`);
    return id;
  };
  const tokens = [only(' Paris'), only(' Rome')] as const;

  /** Without the functions of a truth, which hold all its matrices. */
  function truthOf(own: Row, change?: Change, changeResidual?: ResidualChange) {
    const { logits, residuals, mixed, attention, feedForward } = textTruth(model, own, 0, change, changeResidual);
    return { logits: logits[last] as Row, residuals, mixed, attention, feedForward };
  }
  const [a, b] = [truthOf(ids[0]), truthOf(ids[1])];

  const dot = (x: Row, y: Row): number => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  const rms = (x: Row): number => Math.sqrt(dot(x, x) / x.length);
  const difference = (logits: Row): number => (logits[tokens[0]] as number) - (logits[tokens[1]] as number);

  const rows: string[][] = [];
  let off = 0;
  function report(what: string, ...measured: readonly number[]): void {
    // NaN is off too.
    if (!measured.every((apart) => apart <= bar)) off++;
    rows.push([what, ...measured.map((apart) => apart.toExponential(1))]);
  }

  type Found = Awaited<ReturnType<typeof engine.steer>> | Awaited<ReturnType<typeof engine.patchCell>>;
  /** The errors of the logits after, relative, and of the divergence, relative to itself above 1. */
  function errorsOf(found: Found, before: Row, after: Row): readonly [number, number] {
    const apart = found.tokens.map(({ token, logits }) => logits[1] - (after[token.id] as number));
    const divergence = divergenceOf(before, after);
    return [rms(apart) / rms(after), Math.abs(found.divergence - divergence) / Math.max(1, divergence)];
  }
  const isSame = ({ tokens: all, divergence }: Found): boolean =>
    divergence === 0 && all.every(({ logits }) => logits[0] === logits[1]);

  const [king, man, woman, france] = [' king', ' man', ' woman', ' France'].map((own): Row =>
    Array.from(model.embedding.row(only(own))),
  ) as [Row, Row, Row, Row];
  const vectors: Readonly<Record<string, Row>> = {
    'king - man + woman': king.map((value, i) => value - (man[i] as number) + (woman[i] as number)),
    '2 * France': france.map((value) => 2 * value),
  };
  const steerings: readonly Steering[] = [
    { expression: 'king - man + woman', how: 'add', strength: 4, layer: 12, positions: 'last' },
    { expression: 'king - man + woman', how: 'add', strength: 0.5, layer: null, positions: 'all' },
    { expression: '2 * France', how: 'add', strength: -2, layer: 0, positions: 'all' },
    { expression: '2 * France', how: 'remove', strength: 1, layer: null, positions: 'all' },
    { expression: '2 * France', how: 'remove', strength: 0.5, layer: 20, positions: 'last' },
  ];
  for (const steering of steerings) {
    const { expression, how, strength, layer, positions } = steering;
    const v = vectors[expression] as Row;
    const size = Math.sqrt(dot(v, v));
    const after = truthOf(ids[0], undefined, (residual, at, position) => {
      if (at !== (layer ?? Math.max(1, at)) || (positions === 'last' && position !== last)) return residual;
      const along = how === 'add' ? strength : (-strength * dot(residual, v)) / size ** 2;
      return residual.map((value, i) => value + along * (v[i] as number));
    });
    const question = { text, position: last, count };
    const found = await engine.steer({ ...question, steering });
    report(
      `${how} ${strength} × (${expression}), layer ${layer ?? 'all'}, ${positions}`,
      ...errorsOf(found, a.logits, after.logits),
    );
    if (!isSame(await engine.steer({ ...question, steering: { ...steering, strength: 0 } }))) {
      off++;
      rows.push(['at strength 0', 'other bits']);
    }
  }

  const places: readonly Pick<PatchCellQuestion, 'part' | 'layer' | 'head' | 'at'>[] = [
    { part: 'residual', layer: 12, at: country },
    { part: 'residual', layer: 24, at: last },
    { part: 'attention', layer: 23, at: last },
    { part: 'feedForward', layer: 4, at: country },
    { part: 'head', layer: 23, head: 4, at: last },
  ];
  for (const place of places) {
    const { part, layer, head = 0, at } = place;
    const row = (
      part === 'residual'
        ? a.residuals[layer]?.[at]
        : part === 'head'
          ? a.mixed[layer]?.[head]?.[at]
          : a[part][layer]?.[at]
    ) as Row;
    const own = part === 'head' ? head : part;
    const after = truthOf(
      ids[1],
      (l, which, position) => (l === layer && which === own && position === at ? row : null),
      (residual, l, position) => (part === 'residual' && l === layer && position === at ? row : residual),
    );
    const asked = { ...{ text, ...place }, ...{ position: last, otherPosition: last, tokens, count } };
    const found = await engine.patchCell({ ...asked, other });
    const range = difference(a.logits) - difference(b.logits);
    report(
      `${part} of ${part === 'head' ? `${layer}.${head}` : layer} at ${at + 1}, ${((difference(after.logits) - difference(b.logits)) / range).toFixed(3)} comes back`,
      ...errorsOf(found, b.logits, after.logits),
      Math.abs(found.difference[1] - difference(after.logits)) / range,
    );
    if (!isSame(await engine.patchCell({ ...asked, other: { text } }))) {
      off++;
      rows.push(['the same of its own', 'other bits']);
    }
  }

  await engine.close();
  await model.release();
  process.stdout.write(
    `${table(['error of', 'logits', 'KL divergence', 'share'], rows, 'lrrr')}\nbar ≤ ${bar.toExponential()}; strength 0 and own vectors ${off === 0 ? 'change no bit' : 'are named above where they change a bit'}\n`,
  );
  return off === 0;
}
