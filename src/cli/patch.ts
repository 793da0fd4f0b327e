import type { Engine, ModelInfo } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { fixed } from '../shared/format';
import { layerPartIn, layerPartNames, type LayerKinds } from '../shared/layerParts';
import type { TextRequest, VocabularyToken } from '../shared/tokens';
import { english } from '../shared/translator';
import type { OfBoth, PatchPart, PatchRows } from '../shared/vectors/texts';
import { idOf } from '../tools/oneToken';
import { nameOf } from '../tools/tables';
import { table, visible } from '../tools/text';
import type { InspectOptions } from './inspectOptions';
import { UsageError } from './options';

type Patch = Awaited<ReturnType<typeof patchOf>>;

/** Prepares a grid of patches. `rows` computes its rows one by one. */
export async function patchOf(
  engine: Engine,
  { trunk }: ModelInfo,
  text: TextRequest,
  { patch = '', for: given, part, at }: InspectOptions,
  position: number,
) {
  if (patch === '') throw new UsageError('The text of --patch is empty; give at least one character.');
  const other = { ...text, text: patch };
  const { tokens, leftOut } = await engine.tokenise(other);
  const read = tokens.slice(0, tokens.length - leftOut);
  const ends = { ...text, other, position, otherPosition: read.length - 1 };
  const ids: OfBoth = given
    ? [await idOf(engine, given[0], '--for'), await idOf(engine, given[1], '--for')]
    : (await engine.twoPositions({ ...ends, count: 1 })).likeliest;
  const [{ token: a }, { token: b }] = [await engine.token(ids[0]), await engine.token(ids[1])];
  if (a.id === b.id)
    throw given
      ? badRequest`--for was given the token ${a.id} twice; give two different tokens.`
      : badRequest`Both texts predict the token ${a.id} first; name two tokens to compare with --for.`;
  const layer = part === 'head' ? { layer: Number(at) } : {};
  // Without layers the engine refuses the first row.
  const { layers, heads } = trunk ?? { layers: 1, heads: 1 };
  const count = part === 'residual' ? layers + 1 : part === 'head' ? heads : layers;
  return {
    part,
    ...layer,
    pair: [a, b] as const,
    tokens: read,
    rows: async function* rows(): AsyncGenerator<PatchRows> {
      for (let first = 0; first < count; first++)
        yield await engine.patch({ ...ends, tokens: ids, part, ...layer, first, count: 1 });
    },
  };
}

/** The patches' part of the provenance. */
export const patchChosen = ({ part, layer, pair: [a, b], tokens }: Patch) => ({
  otherIndex: tokens.length - 1,
  patch: { part, layer: layer ?? null, tokens: [a.id, b.id] },
});

/** The part of `--json` that tells of patches. A share that does not exist is null, since JSON has no NaN. */
export async function patchJson({ rows: all, tokens, pair, ...patch }: Patch) {
  const named = ({ id, text }: Pick<VocabularyToken, 'id' | 'text'>) => ({ id, text });
  let difference: OfBoth | null = null;
  const rows: number[][] = [];
  for await (const found of all()) {
    difference = found.difference;
    rows.push(...found.rows.map((row) => Array.from(row)));
  }
  return { ...patch, for: pair.map(named), tokens: tokens.map(named), difference, rows };
}

/** The columns of a share, −12.34, and of a part by its name. */
const shareWidth = 6;
const nameWidth = 'convolution 23'.length;

/** The same as a table, line by line as the rows are computed. */
export async function* patchLines({ part, layer, pair: [a, b], tokens, rows }: Patch, kinds: LayerKinds) {
  const isNamed = part === 'attention' && kinds?.mixers;
  const nameOfRow = (row: number) => `${isNamed ? `${layerPartIn(part, row, kinds, english)} ` : ''}${row}`;
  const head = [part === 'feedForward' || part === 'attention' ? 'layer' : part, ...tokens.map(nameOf)];
  const widened = head.map((name, i) => name.padStart(isNamed && i === 0 ? nameWidth : shareWidth));
  const lines = (cells: readonly string[]) => table(widened, [cells], 'r'.repeat(head.length)).split('\n');
  for await (const { first, difference, rows: found } of rows()) {
    const [shares = new Float64Array()] = found;
    const cells = Array.from(shares, (share) => (Number.isNaN(share) ? '' : fixed(share, 2)));
    const [names, row] = lines([nameOfRow(first), ...cells]);
    const [inA, inB] = difference.map((logits) => fixed(logits, 2));
    const logits = `The logit of ${visible(a.text)} minus that of ${visible(b.text)} is ${inA} in A, this text, and ${inB} in B, the other one.`;
    // The same positions correspond in every row.
    if (cells.every((cell) => cell === '')) {
      yield `${logits}\n${difference[0] === difference[1] ? 'There is no difference to bring back' : 'No position of B corresponds to one of A'}, so nothing can be patched. Give a text that differs in a few words.\n`;
      return;
    }
    if (first === 0)
      yield `${said(part, layer, kinds)} of A in B. A cell is the share that comes back: 0 none, 1 all, empty where no position of A corresponds
${logits}
${names}\n`;
    yield `${row}\n`;
  }
}

const said = (part: PatchPart, layer: number | undefined, kinds: LayerKinds): string =>
  part === 'residual'
    ? 'Residuals after that many layers'
    : part === 'head'
      ? `Outputs of the heads of layer ${layer} (both from 0)`
      : `Outputs of ${layerPartNames(part, kinds, english)} (layers from 0)`;
