import { count, plural } from '../../shared/format';
import { pieces } from '../../shared/glyphs';
import type { PanelState } from '../../shared/panel';
import type { PastInspection } from '../inspection/inspections';
import { shortName } from '../shortName';

/** How an inspection stands in the list. */
export interface Item {
  readonly id: number;
  readonly label: string;
  readonly description: string;
  /** Its text reads differently now. */
  readonly changed: boolean;
  /** Whole sentences, one a line. */
  readonly details: readonly string[];
}

/** What is known of an inspection's surroundings only by the editor. */
export interface Surroundings {
  /** First and last line, 1-based; null where its document is not open. */
  lines(past: PastInspection): readonly [first: number, last: number] | null;
  time(at: Date): string;
  /** The words for a text that changed. */
  readonly changed: string;
}

export function itemOf(past: PastInspection, { lines, time, changed: word }: Surroundings): Item {
  const { id, subject, since, state } = past;
  const place = placeName(subject.name, lines(past));
  const model = state.model?.name ?? '';
  const changed = since.text;
  return {
    id,
    label: labelOf(subject.text),
    description: [place, shortName(model), time(past.time), ...(changed ? [word] : [])].filter((part) => part !== '').join(' · '),
    changed,
    details: [place, tokensOf(state), model, ...optionsOf(state), time(past.time), ...(changed ? [word] : [])].filter((part) => part !== ''),
  };
}

/** Whether a state shows this inspection. */
export const isShown = ({ state: { text } }: Pick<PastInspection, 'state'>, state: Pick<PanelState, 'text'>): boolean => text !== null && text === state.text;

const placeName = (name: string, lines: readonly [number, number] | null): string => (lines === null ? name : `${name}:${lines[0] === lines[1] ? lines[0] : `${lines[0]}–${lines[1]}`}`);

/** UTF-16 units of the text that are looked at, and characters that are shown. */
const looked = 200;
const shown = 40;

/** The beginning of a text in one line: line ends as marks, other white space as one space, what draws nothing by its code. */
function labelOf(text: string): string {
  const line = text.slice(0, looked).trim().replace(/\s*[\r\n]+\s*/g, '↵').replace(/[^\S\r\n]+/g, ' ');
  const visible = pieces([...new TextEncoder().encode(line)]).map((piece) => (piece.name === 'space' ? ' ' : piece.text)).join('');
  const characters = [...visible];
  return characters.length > shown || text.length > looked ? `${characters.slice(0, shown).join('').trimEnd()}…` : visible;
}

function tokensOf({ text }: PanelState): string {
  if (!text) return '';
  const leftOut = text.leftOut > 0 ? `, ${count(text.leftOut)} of them without predictions` : '';
  return `${plural(text.total, 'token')}${leftOut}`;
}

function optionsOf({ options, text }: PanelState): readonly string[] {
  return [
    ...(options.context ? [`seen with ${plural(text?.contextCount ?? 0, 'token')} before it`] : []),
    ...(options.plain ? ['special tokens read as plain text'] : []),
    ...(options.centred ? ['neighbours centred'] : []),
  ];
}
