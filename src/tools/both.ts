import {
  bothOf,
  type Both,
  type OtherModel,
  type PositionInBoth,
  type RowsInBoth,
  type TextInBoth,
} from '../shared/both';
import { changesOf, type Changes } from '../shared/bothChanges';
import type { Control, Engine, ModelInfo } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { inspectedModel, inspectedToken, type InspectedModel, type InspectedToken } from '../shared/inspection';
import type { TextRequest } from '../shared/tokens';

interface Asked {
  readonly engine: Engine;
  readonly model: ModelInfo;
  readonly other: OtherModel;
  readonly text: TextRequest | null;
  /** Whether the matrices alone are compared, although there is a text. */
  readonly geometry?: boolean;
  /** Of the text, from 0; the last that was compared where it is absent. */
  readonly position?: number | undefined;
  /** Entries of each list. */
  readonly count: number;
  readonly control?: Control;
}

/** Two models on one text, or their matrices alone, as one object. */
export interface Comparison extends Pick<OtherModel, 'runs' | 'refusal' | 'sameVocabulary' | 'sameWidth'> {
  readonly models: Both<InspectedModel>;
  /** What a sentence calls them: their names, or else their types of weights where these tell them apart. */
  readonly names: Both<string>;
  readonly changes: Changes;
  /** As A cuts the text. */
  readonly tokens: readonly InspectedToken[];
  readonly text: TextInBoth | null;
  readonly position: PositionInBoth | null;
  /** Of the matrix, or of embedding and unembedding where a model has two. Empty if the vocabularies differ. */
  readonly rows: readonly RowsInBoth[];
}

export const otherVocabulary =
  'The two models have different vocabularies, so neither their tokens nor their predictions can be compared one by one.';

export async function compare(asked: Asked): Promise<Comparison> {
  const { engine, model, other, text, geometry = false, position, count, control } = asked;
  const { info, runs, refusal, sameVocabulary, sameWidth } = other;
  const wantsText = text !== null && !geometry;
  const runsText = wantsText && runs !== 'none';
  if (!sameVocabulary && !runsText)
    throw badRequest(
      [otherVocabulary, wantsText ? refusal : 'Give a text to run: its characters are the common ruler.'].join(' '),
    );
  const cut = text && (await engine.tokenise(text, control));
  const inBoth = text && runsText ? await engine.textInBoth({ ...text, count }, control) : null;
  const place = inBoth?.kind === 'same' ? (position ?? inBoth.length - 1) : null;
  const atPlace = text && place !== null ? { ...text, position: place, count } : null;
  const found = atPlace && (await engine.positionInBoth(atPlace, control));
  const ids = [...new Set(cut?.tokens.map(({ id }) => id))];
  const rows: RowsInBoth[] = [];
  for (const matrix of model.tied && info.tied ? (['input'] as const) : (['input', 'output'] as const))
    if (sameVocabulary) rows.push(await engine.rowsInBoth({ matrix, count, ids }, control));
  const infos = [model, info] as const;
  return {
    models: bothOf((side) => inspectedModel(infos[side])),
    names: namesOf(infos),
    runs,
    refusal: wantsText ? refusal : null,
    sameVocabulary,
    sameWidth,
    changes: changesOf(rows[0] ?? null, found),
    tokens: cut?.tokens.map((token) => inspectedToken(token)) ?? [],
    text: inBoth,
    position: found,
    rows,
  };
}

function namesOf([a, b]: Both<ModelInfo>): Both<string> {
  if (a.name !== b.name) return [a.name, b.name];
  return a.quantisation === b.quantisation ? ['A', 'B'] : [a.quantisation, b.quantisation];
}

/** The same with at most so many entries of each list, with arrays that JSON knows. */
export function shortened(comparison: Comparison, most: number): object {
  const { text, position, tokens, rows } = comparison;
  const cut = {
    ...comparison,
    tokens: tokens.slice(0, most),
    text: text && shortenedText(text, most),
    position: position && shortenedPosition(position, most),
    rows: rows.map((one) => ({
      ...one,
      turned: one.turned.slice(0, most),
      resized: one.resized.slice(0, most),
      tokens: one.tokens.slice(0, most),
    })),
  };
  const plain = (_: string, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value);
  return JSON.parse(JSON.stringify(cut, plain)) as object;
}

function shortenedText(text: TextInBoth, most: number): TextInBoth {
  const cut = <T extends { slice(from: number, to: number): T }>(list: T): T => list.slice(0, most);
  const both = (lists: Both<Float64Array>) => bothOf((side) => cut(lists[side]));
  const surprisal = both(text.surprisal);
  if (text.kind === 'other')
    return {
      ...text,
      surprisal,
      tokens: bothOf((side) => text.tokens[side].slice(0, most)),
      spans: text.spans.slice(0, most),
    };
  return {
    ...text,
    surprisal,
    divergence: both(text.divergence),
    change: cut(text.change),
    first: text.first.slice(0, most),
    hiddenSize: both(text.hiddenSize),
    hiddenAngle: text.hiddenAngle && cut(text.hiddenAngle),
  };
}

export function shortenedPosition(position: PositionInBoth, most: number): PositionInBoth {
  const lists = bothOf((side) => position.likeliest[side].slice(0, most));
  const kept = [...new Set(lists.flat())];
  return {
    ...position,
    tokens: kept.flatMap((place) => position.tokens[place] ?? []),
    likeliest: bothOf((side) => lists[side].map((place) => kept.indexOf(place))),
  };
}
