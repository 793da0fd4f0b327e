import { tokenAt } from '../extension/editor/cursor/tokenAt';
import { segments } from '../extension/editor/marks/drawing';
import type { Edit } from '../extension/inspection/subject';
import { colouringOf, colours, passingOf } from '../shared/colouring';
import { ascending, inDocument } from '../shared/inDocument';
import { flashTime, underlines } from '../shared/levels';
import type { PanelState } from '../shared/panel';
import type { Range } from '../shared/tokens';

export interface FieldOwner {
  /** The user changed the text. */
  edited(edit: Edit): void;
  /** The user put the caret in a token; index among the tokens of the state. */
  follow(position: number): void;
  /** The user asks for an inspection. */
  inspect(): void;
}

/**
 * The text, with its tokens marked as an editor marks them. A text area lies over a copy of its text that has the
 * marks; both have the same font and the same width, so that their lines break at the same places.
 */
export class Field {
  #text: string;
  #pointed: number | null = null;
  #state: PanelState | null = null;
  #flashing: ReturnType<typeof setTimeout> | undefined;
  /** The selection that came with the focus, which chooses no token; null once it has changed. */
  #arrived: Range | null = null;
  /** The focus came by a tap, which is how a phone begins to edit. */
  #tapped = false;

  constructor(
    private readonly area: HTMLTextAreaElement,
    private readonly under: HTMLElement,
    private readonly owner: FieldOwner,
  ) {
    this.#text = area.value;
    area.addEventListener('input', () => this.#edited());
    area.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      owner.inspect();
    });
    area.addEventListener('pointerdown', ({ pointerType }) => {
      this.#tapped = pointerType === 'touch' && document.activeElement !== area;
    });
    area.addEventListener('keydown', () => (this.#tapped = false));
    area.addEventListener('focus', () => (this.#arrived = this.#selection));
    document.addEventListener('selectionchange', () => {
      if (document.activeElement !== area || this.#tapped) return;
      const { start, end } = this.#selection;
      if (this.#arrived?.start === start && this.#arrived.end === end) return;
      this.#arrived = null;
      this.#moved();
    });
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.area.value = text;
    // With the line ends of a text area.
    this.#text = this.area.value;
    this.#draw();
  }

  get #selection(): Range {
    return { start: this.area.selectionStart, end: this.area.selectionEnd };
  }

  /** What an inspection takes: the selection, or all of the text if nothing is selected. */
  get part(): Range {
    const { start, end } = this.#selection;
    return start === end ? { start: 0, end: this.#text.length } : { start, end };
  }

  /** Marks the tokens of this state from now on. */
  show(state: PanelState): void {
    const before = this.#state;
    this.#state = state;
    // Most changes are of numbers that the marks do not show, and a long text takes long to draw.
    if (before && drawnOf.every((part) => part(before) === part(state))) return;
    this.#draw();
    if (state.position !== before?.position) this.under.querySelector('.chosen')?.scrollIntoView({ block: 'nearest' });
  }

  /** Marks the token that is pointed at in the panel; null: none. */
  point(position: number | null): void {
    clearTimeout(this.#flashing);
    this.#pointed = position;
    this.#draw();
  }

  /** Brings the chosen token into sight, and marks it for a moment as if it were pointed at. */
  flash(position: number): void {
    this.under.querySelector('.chosen')?.scrollIntoView({ block: 'nearest' });
    if (position === this.#pointed) return;
    this.point(position);
    this.#flashing = setTimeout(() => this.point(null), flashTime);
  }

  /** Puts the caret before a token, without taking the focus. */
  reveal(position: number): void {
    const range = this.#rangeOf(position);
    if (range) this.area.setSelectionRange(range.start, range.start);
  }

  /** Writes a text at an offset, as if it had been typed there. */
  insert(at: number, text: string): void {
    this.area.setRangeText(text, at, at, 'preserve');
    this.#edited();
  }

  #edited(): void {
    const [before, now] = [this.#text, this.area.value];
    this.#text = now;
    const start = sharedLength(before, now);
    const most = Math.min(before.length, now.length) - start;
    const tail = sharedLength(reversed(before, most), reversed(now, most));
    this.#draw();
    this.owner.edited({ start, end: before.length - tail, length: now.length - tail - start });
  }

  #moved(): void {
    const { source, text, outOfDate, position } = this.#state ?? {};
    if (!source || !text || outOfDate) return;
    const { start, end } = this.#selection;
    // A selection of the whole inspected text chooses no token.
    if (start !== end && start === source.start && end === source.end) return;
    const found = tokenAt(ascending(text), start - source.start, position ?? null);
    if (found !== null) this.owner.follow(found);
  }

  #rangeOf(position: number | null): Range | null {
    const { source, text, outOfDate } = this.#state ?? {};
    const token = position === null || !text ? undefined : inDocument(text).tokens[position];
    if (!source || !token || outOfDate || token.start === token.end) return null;
    return { start: source.start + token.start, end: source.start + token.end };
  }

  #draw(): void {
    const { source, text, run, outOfDate, position } = this.#state ?? {};
    const pieces: Node[] = [];
    let at = 0;
    if (this.#state && source && text && !outOfDate) {
      const colouring = colouringOf(this.#state);
      const passing = passingOf(this.#state);
      const strength = colouring === 'none' ? [] : colours(colouring, text, run ?? null, passing).strength;
      const [chosen, pointed] = [this.#rangeOf(position ?? null), this.#rangeOf(this.#pointed)];
      for (const segment of segments(ascending(text), strength)) {
        const [start, end] = [source.start + segment.start, source.start + segment.end];
        const mark = document.createElement('span');
        const isAt = (range: Range | null) => range !== null && range.start >= start && range.end <= end;
        mark.className = `token ${segment.away ? 'away' : `level${segment.level}`}`;
        mark.style.setProperty('--level', String(segment.level));
        mark.classList.toggle('chosen', isAt(chosen));
        mark.classList.toggle('pointed', isAt(pointed));
        const { style, width } = underlines[segment.level];
        mark.style[segment.away ? 'borderTop' : 'borderBottom'] =
          `${width}px ${style} var(--vscode-vectorscope-boundary)`;
        mark.textContent = this.#text.slice(start, end);
        pieces.push(document.createTextNode(this.#text.slice(at, start)), mark);
        at = end;
      }
    }
    // A trailing newline adds no line unless a character follows it.
    this.under.replaceChildren(...pieces, document.createTextNode(`${this.#text.slice(at)}\u200b`));
  }
}

/** The parts of the state that the marks show. */
const drawnOf: readonly ((state: PanelState) => unknown)[] = [
  ({ source }) => source,
  ({ text }) => text,
  ({ run }) => run,
  ({ outOfDate }) => outOfDate,
  ({ position }) => position,
  ({ model }) => model,
  colouringOf,
  passingOf,
];

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

const reversed = (text: string, most: number): string =>
  most === 0 ? '' : text.slice(-most).split('').reverse().join('');
