import { posix } from 'node:path';
import type { InspectRequest, Neighbours } from '../../shared/engine';
import {
  inspectedLists,
  inspectedModel,
  inspectedToken,
  type InspectedToken,
  type Inspection,
} from '../../shared/inspection';
import type { ByMetric } from '../../shared/metrics';
import { predicts } from '../../shared/model';
import type { InspectedEntry } from '../../shared/neighbourTable';
import { exportable, type Exportable, type PanelState, type RunView } from '../../shared/panel';
import type { HowRead } from '../../shared/place';
import type { Prediction } from '../../shared/prediction';
import { provenanceLines, type Provenance } from '../../shared/provenance';
import { spaceOf, type NeighbourSpace } from '../../shared/sides';
import type { Token, VocabularyToken } from '../../shared/tokens';
import { comparisonOf } from '../../tools/both';
import { textRequest, type Subject } from '../inspection/subject';

/** The forms that carry their provenance. Programs that know nothing of it read the rest as before. */
export const stamped = {
  /** Below an empty line. */
  table: (text: string, block: Provenance): string => `${text}\n${linesOf(provenanceLines(block), '\t')}`,
  markdown: (text: string, block: Provenance): string =>
    `${text}\n~~~text\n${linesOf(provenanceLines(block), ': ')}~~~\n`,
  json: (value: object, block: Provenance): object => ({ ...value, provenance: block }),
  /** `svg` begins with its root, in whose attributes `>` is escaped. */
  svg: (svg: string, block: Provenance): string =>
    svg.replace(/^<svg[^>]*>/, (tag) => `${tag}<metadata>${escaped(textOf(block))}</metadata>`),
  png: (png: Uint8Array, block: Provenance): Uint8Array => pngWithText(png, 'Provenance', textOf(block)),
} as const;

const linesOf = (lines: ReturnType<typeof provenanceLines>, between: string): string =>
  lines.map((line) => `${line.join(between)}\n`).join('');

const textOf = (block: Provenance): string => linesOf(provenanceLines(block), ': ').trimEnd();

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'));

/** The signature of a PNG and its first chunk, which has to come first: 8 + 4 + 4 + 13 + 4 bytes. */
const firstChunkEnds = 33;

/** A PNG with an uncompressed iTXt chunk. (The format: PNG specification, third edition, 11.3.3.4.) */
function pngWithText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  const data = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(data.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length - 4);
  chunk.set(data, 4);
  view.setUint32(chunk.length - 4, crc32(data));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, firstChunkEnds));
  whole.set(chunk, firstChunkEnds);
  whole.set(png.subarray(firstChunkEnds), firstChunkEnds + chunk.length);
  return whole;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** The contents of an exported file: one part of an inspection, or all of it with the layers. */
export const parts = [...exportable, 'everything'] as const;
export type Part = (typeof parts)[number];

/** Whether the state has numbers for a part. */
export function isKnown(part: Exportable, { text, model, neighbours, prediction, position }: PanelState): boolean {
  if (!text || !model) return false;
  return (
    part === 'tokens' ||
    (part === 'neighbours'
      ? neighbours !== null
      : prediction !== null && position !== null && text.tokens[position] !== undefined)
  );
}

/** The name of a file that holds a part or a picture of a document's inspection: `notes-tokens.json`. */
export const fileName = (document: string, part: string, ending: string): string =>
  `${posix.parse(document).name || 'text'}-${part}.${ending}`;

/** A path's ending in lower case, without the dot. */
export const endingOf = (path: string): string => posix.extname(path).slice(1).toLowerCase();

const holds = (part: Part, one: Part): boolean => part === one || part === 'everything';

/**
 * The request for a part at all positions. It includes at least one prediction, since surprisal and entropy come with
 * it; none if the model predicts nothing. Neighbours need the matrices. Layers are of a model that runs here.
 */
export function requestOf(
  part: Part,
  subject: Subject,
  { model, options }: Pick<PanelState, 'model' | 'options'>,
): InspectRequest & HowRead {
  const space = spaceOf({ model, options });
  const runs = !model || predicts(model);
  return {
    ...textRequest(subject, options, model?.vocabulary || undefined),
    neighbours: holds(part, 'neighbours') && model?.sizes !== null ? options.neighbours : 0,
    top: !runs ? 0 : holds(part, 'predictions') ? options.top : 1,
    layers: model?.trunk !== null && part === 'everything',
    centred: options.centred,
    ...(space && { space }),
  };
}

/** The tokens and the part, as the command line prints them. */
export function partOf(part: Part, inspection: Inspection): Inspection {
  const { predictions: _, listed: __, ...rest } = inspection;
  return holds(part, 'predictions') ? inspection : rest;
}

/** Neighbours of a token that is not at the chosen position, so they have no index in the text. */
export interface NeighboursAlone extends ByMetric<readonly InspectedEntry[]> {
  readonly model: Inspection['model'];
  readonly token: VocabularyToken;
  readonly space?: NeighbourSpace;
}

/**
 * The numbers of a section, in the form that the command line prints, with all digits; `null` if they are not known. It
 * holds only the tokens of the section: all that are drawn, or the one at the chosen position, whose `index` is its
 * place in the whole text. The neighbours of another token of the vocabulary come as `NeighboursAlone`.
 */
export function inspectionOf(
  part: Exportable,
  { model, text, run, position, neighbours, prediction }: PanelState,
): Inspection | NeighboursAlone | null {
  if (!model || !text) return null;
  const own = position === null ? undefined : text.tokens[position];
  const about = (tokens: readonly Token[]) => ({
    model: inspectedModel(model),
    leftOut: text.leftOut,
    tokens: tokens.map((token) => tokenOf(token, run)),
  });
  switch (part) {
    case 'tokens':
      return about(text.tokens);
    case 'neighbours':
      if (!neighbours) return null;
      return own?.id === neighbours.query.id
        ? {
            ...about([own]),
            ...spaceIn(neighbours),
            neighbours: [{ index: own.index, ...inspectedLists(neighbours.lists) }],
          }
        : {
            model: inspectedModel(model),
            token: neighbours.query,
            ...spaceIn(neighbours),
            ...inspectedLists(neighbours.lists),
          };
    case 'predictions':
      return own && prediction ? { ...about([own]), predictions: [predictionOf(own.index, prediction)] } : null;
  }
}

const spaceIn = ({ space }: Neighbours): { readonly space?: NeighbourSpace } => (space ? { space } : {});

const tokenOf = (token: Token, run: RunView | null): InspectedToken =>
  inspectedToken(token, run?.surprisal[token.index], run?.listed?.isLeast[token.index]);

const predictionOf = (
  index: number,
  { hiddenSize, entropy, top, nearest }: Prediction,
): NonNullable<Inspection['predictions']>[number] => ({
  index,
  hiddenSize,
  entropy,
  top: top.map(({ token: { id, text, size, outputSize = size }, probability, logit, rawLogit, values, bias }) => ({
    id,
    text,
    probability,
    logit,
    rawLogit,
    size: outputSize,
    cosine: values.cosine,
    bias,
  })),
  nearest: inspectedLists(nearest),
});

/** The grid of patches, with the tokens of the second text above its columns; null if none is open. */
function gridOf({ texts }: PanelState) {
  const { result, patch } = texts ?? {};
  if (!result || !patch?.difference) return null;
  const { part, layer, difference, rows } = patch;
  return { part, layer, difference, tokens: result.tokens, rows };
}

/** What the panel shows beside an inspection, with all digits; absent where nothing is known. */
export function partsShown(state: PanelState) {
  const { model, text, both } = state;
  const { other, text: inBoth, position, rows } = both;
  const refusal = other?.refusal?.message ?? null;
  const comparison =
    model && text && other && inBoth
      ? comparisonOf({ model, other, refusal, tokens: text.tokens, text: inBoth, position, rows: rows ? [rows] : [] })
      : null;
  const patch = gridOf(state);
  return {
    ...(state.contrasts?.kind === 'part' && { point: state.contrasts.examples }),
    ...(comparison && { comparison }),
    ...(patch && { patch }),
  };
}
