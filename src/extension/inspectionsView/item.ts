import * as vscode from 'vscode';
import { count, plural } from '../../shared/format';
import { glyphPieces } from '../../shared/glyphs';
import { shortName, serverPlace } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { ownTotal } from '../../shared/place';
import { atOnePlace, isKept, type PastInspection } from '../inspection/inspections';

/** How an inspection stands in the list. */
export interface Item {
  readonly id: number;
  readonly label: string;
  readonly description: string;
  /** Its text reads differently now. */
  readonly changed: boolean;
  readonly isKept: boolean;
  /** Whole sentences, one a line. */
  readonly details: readonly string[];
}

/** Facts about an inspection that only the editor knows. */
export interface ItemSurroundings {
  /** First and last line, 1-based; null if its document is not open. */
  lines(past: PastInspection): readonly [first: number, last: number] | null;
  time(at: Date): string;
}

/**
 * `all`: the whole list. Where it holds inspections of one range by several models, their labels
 * begin with what tells these apart, because a narrow list cuts the end.
 */
export function itemOf(past: PastInspection, { lines, time }: ItemSurroundings, all: readonly PastInspection[]): Item {
  const { id, subject, tracked, state } = past;
  const place = placeName(subject.name, lines(past));
  const named = (model: string) => nameWords(past, model);
  const short = shortName(state.model?.name ?? '');
  const twins = all.filter((other) => other.id !== id && atOnePlace(other, past));
  const changed = tracked.changed;
  const word = changed ? itemWords.changed() : '';
  return {
    id,
    label: twins.length === 0 ? place : `${apartFrom(past, twins)} · ${place}`,
    description: [word, time(past.time), excerptOf(subject.text), ...(twins.length === 0 ? [named(short)] : [])]
      .filter((part) => part !== '')
      .join(' · '),
    changed,
    isKept: isKept(past),
    details: [
      excerptOf(subject.text),
      tokensOf(state),
      named(state.model?.name ?? ''),
      ...optionsOf(state),
      time(past.time),
      word,
    ].filter((part) => part !== ''),
  };
}

/** A name of its model, and the server that runs it if one does. */
const nameWords = ({ state: { model } }: PastInspection, name: string): string =>
  model?.server ? itemWords.served(name, serverPlace(model.server.address)) : name;

/** The model's short name, or the type of its weights if another inspection has a model of that name. */
function apartFrom(past: PastInspection, others: readonly PastInspection[]): string {
  const shortOf = (one: PastInspection) => nameWords(one, shortName(one.state.model?.name ?? ''));
  const short = shortOf(past);
  return (others.some((other) => shortOf(other) === short) && past.state.model?.quantisation) || short;
}

/** Whether a state shows this inspection. */
export const isShown = ({ state: { text } }: Pick<PastInspection, 'state'>, state: Pick<PanelState, 'text'>): boolean =>
  text !== null && text === state.text;

const placeName = (name: string, lines: readonly [number, number] | null): string =>
  lines === null ? name : `${name}:${lines[0] === lines[1] ? lines[0] : `${lines[0]}–${lines[1]}`}`;

/** UTF-16 units of the text that are looked at, and characters that are shown. */
const looked = 200;
const shown = 40;

/**
 * The beginning of a text in one line: line ends as marks, other white space as one space, what draws nothing by its
 * code.
 */
function excerptOf(text: string): string {
  const line = text
    .slice(0, looked)
    .trim()
    .replace(/\s*[\r\n]+\s*/g, '↵')
    .replace(/[^\S\r\n]+/g, ' ');
  const visible = glyphPieces([...new TextEncoder().encode(line)])
    .map((piece) => (piece.name === 'space' ? ' ' : piece.text))
    .join('');
  const characters = [...visible];
  return characters.length > shown || text.length > looked
    ? `${characters.slice(0, shown).join('').trimEnd()}…`
    : visible;
}

function tokensOf({ text }: PanelState): string {
  if (!text) return '';
  const tokens = itemWords.tokens(ownTotal(text));
  return text.leftOut > 0 ? itemWords.leftOut(tokens, text.leftOut) : tokens;
}

const optionsOf = ({ options, text }: PanelState): readonly string[] => [
  ...(text?.chat ? [itemWords.chat()] : []),
  ...(options.context && !text?.chat ? [itemWords.context(text?.contextCount ?? 0)] : []),
  ...(options.plain && !text?.chat ? [itemWords.plain()] : []),
  ...(options.centred ? [itemWords.centred()] : []),
];

/** The list's words beside names and numbers, in the language of the editor. */
export const itemWords = {
  changed: () => vscode.l10n.t('changed since'),
  tokens: (many: number) =>
    plural(many, {
      one: vscode.l10n.t('{0} token', count(many)),
      other: vscode.l10n.t('{0} tokens', count(many)),
    }),
  leftOut: (tokens: string, many: number) => vscode.l10n.t('{0}, {1} of them without predictions', tokens, count(many)),
  context: (many: number) => vscode.l10n.t('tokens of context: {0}', count(many)),
  chat: () => vscode.l10n.t('read as a conversation'),
  plain: () => vscode.l10n.t('special tokens read as plain text'),
  served: (model: string, place: string) => vscode.l10n.t('{0} on {1}', model, place),
  centred: () => vscode.l10n.t('neighbours centred'),
};
