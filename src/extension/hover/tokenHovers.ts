import * as vscode from 'vscode';
import { modelNamesOf } from '../../shared/both';
import { here, type ClearedEngine } from '../../shared/consent';
import type { Neighbours, NeighboursRequest } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { ascending } from '../../shared/inDocument';
import { predicts } from '../../shared/model';
import { shortName } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { isAdded } from '../../shared/place';
import { spaceOf } from '../../shared/sides';
import type { NamedToken, Token, Range } from '../../shared/tokens';
import type { Shown } from '../shown';
import { AnswerCache, type Deadline } from './answerCache';
import { type Known, type KnownNeighbours, listedNeighbours, notLoadedHover, sharedHover, tokenHover } from './content';
import { documentHover } from './documentHover';
import { type Fetched, idsNear, characterAt, partAround, tokensAt, type TokensAt } from './tokensAt';

/** A hover's text and the range that it describes. */
export interface HoverSaid {
  readonly markdown: string;
  readonly range: vscode.Range;
  /** Whether it has a link that loads the model. */
  readonly offersLoad: boolean;
}

interface Place {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
}

/** How many answers of the engine are kept. A list of neighbours takes a few kilobytes. */
const kept = { neighbours: 500, lines: 16 };

/** Finds the tokens at a place of a document and describes them with the facts that are known now. */
export class TokenHovers {
  readonly #neighbours: AnswerCache<NeighboursRequest, Neighbours>;
  readonly #lines: AnswerCache<string, readonly Token[]>;
  #model: PanelState['model'] = null;
  /** Where the mouse or the cursor was last. */
  #place: Place | null = null;

  constructor(
    private readonly shown: Shown,
    engine: ClearedEngine,
    private readonly isBusy: () => boolean,
  ) {
    // A question must not restart a worker that has ended meanwhile.
    const loadedEngine = () => {
      if (shown.state.loaded) return engine;
      throw new EngineError('cancelled', 'The model was unloaded.');
    };
    this.#neighbours = new AnswerCache(
      kept.neighbours,
      ({ id, centred, space }) => `${id} ${centred} ${space ?? ''}`,
      async (request) => loadedEngine().neighbours(request),
    );
    this.#lines = new AnswerCache(
      kept.lines,
      (text) => text,
      async (text) => {
        // Another model may have been loaded since the line was wanted.
        const cleared = here(shown.state.model);
        if (!cleared) throw new EngineError('cancelled', 'The line would be sent to a server.');
        return (await loadedEngine().tokenise({ text, ...cleared })).tokens;
      },
    );
  }

  /** The user looks at `place`: tokens around it are likely to be requested. */
  look(place: Place): void {
    this.#place = place;
  }

  /**
   * Prefetches the neighbours of the nearest token that has none yet. If the line is not inspected, it fetches the
   * line's tokens first. `everywhere` as in `at`. Fetches nothing if that could send text. Never rejects.
   */
  async fetchNext(everywhere: boolean): Promise<Fetched> {
    const state = this.#state();
    const fetch = state.loaded && here(state.model) && !isRunning(state) ? this.#nextFetch(state, everywhere) : null;
    if (!fetch) return 'none';
    if (this.isBusy()) return 'busy';
    return (await fetch()) ? 'one' : 'none';
  }

  /** Resolves with `null` if there is no token, or if the document or the inspection has changed meanwhile. */
  async at(
    document: vscode.TextDocument,
    position: vscode.Position,
    deadline: Deadline,
    everywhere: boolean,
  ): Promise<HoverSaid | null> {
    const before = this.#state();
    const { version } = document;
    const inspected = tokensIn(before, document, position);
    const measured = inspected ? null : this.#inWhole(document, position);
    if (measured) return measured;
    // Cutting a line that was not inspected would send it to the server.
    if (!inspected && (!everywhere || !here(before.model))) return null;
    if (!inspected && !(before.loaded && before.model)) return this.#ofWord(document, position);
    const found = inspected ?? (await this.#inLine(document, position, deadline));
    if (!found) return null;
    const [token, ...others] = found.tokens;
    const neighbours = others.length > 0 ? null : await this.#neighboursOf(token, deadline);
    const state = this.#state();
    if (document.version !== version || document.isClosed || state.model !== before.model) return null;
    if (tokensIn(state, document, position)?.tokens[0] !== inspected?.tokens[0]) return null;
    const known: Known = {
      model: state.model,
      loaded: state.loaded,
      run: inspected && state.run,
      compared: inspected && comparedIn(state),
      inspected: inspected && state.source && shifted(inspected.span, -state.source.start),
    };
    const range = new vscode.Range(document.positionAt(found.span.start), document.positionAt(found.span.end));
    const markdown =
      others.length === 0
        ? tokenHover(token, known, neighbours, vscode.l10n)
        : sharedHover(document.getText(range), found.tokens, known, vscode.l10n);
    return { markdown, range, offersLoad: !state.loaded };
  }

  #inWhole(document: vscode.TextDocument, position: vscode.Position): HoverSaid | null {
    const whole = this.shown.document;
    if (whole?.uri !== document.uri.toString()) return null;
    const rangeOf = ({ start, end }: Range) => new vscode.Range(document.positionAt(start), document.positionAt(end));
    const textOf = (span: Range) => document.getText(rangeOf(span));
    const said = documentHover(whole, characterIn(document, position), textOf, vscode.l10n);
    return said && { markdown: said.markdown, range: rangeOf(said.span), offersLoad: false };
  }

  #nextFetch(state: PanelState, everywhere: boolean): (() => Promise<boolean>) | null {
    const place = this.#placeNow();
    const inside = place && offsetIn(state, place);
    const line = everywhere && place && inside === null ? partAt(place) : null;
    if (line && !this.#lines.has(line.text)) return () => this.#lines.fetch(line.text);
    const { text, outOfDate, position } = state;
    const tokens = line ? this.#lines.known(line.text) : outOfDate || !text ? null : ascending(text).tokens;
    // The text of a restored inspection may not be visible.
    const offset = line?.offset ?? inside ?? tokens?.[position ?? 0]?.start ?? 0;
    const next = idsNear(tokens ?? [], offset)
      .map((id) => requestOf(id, state))
      .find((request) => !this.#neighbours.has(request));
    return next ? () => this.#neighbours.fetch(next) : null;
  }

  /** The place within the present document, which may have become shorter. */
  #placeNow(): Place | null {
    const { document, position } = this.#place ?? {};
    return document && position && !document.isClosed
      ? { document, position: document.validatePosition(position) }
      : null;
  }

  #ofWord(document: vscode.TextDocument, position: vscode.Position): HoverSaid | null {
    const range = document.getWordRangeAtPosition(position);
    return range ? { markdown: notLoadedHover(vscode.l10n), range, offersLoad: true } : null;
  }

  /** Cuts the line into tokens without the text around it. */
  async #inLine(
    document: vscode.TextDocument,
    position: vscode.Position,
    deadline: Deadline,
  ): Promise<TokensAt | null> {
    const part = partAt({ document, position });
    const tokens = part && (await this.#lines.inTime(part.text, deadline));
    return tokens && from(part.start, tokens, document, position);
  }

  async #neighboursOf(token: NamedToken, deadline: Deadline): Promise<KnownNeighbours> {
    const before = this.#state();
    const { neighbours, loaded } = before;
    if (token.size === null) return null;
    const request = requestOf(token.id, before);
    if (
      neighbours?.query.id === token.id &&
      neighbours.centred === request.centred &&
      neighbours.space === request.space &&
      neighbours.lists.dot.length > listedNeighbours
    )
      return neighbours;
    const answer = loaded ? await this.#neighbours.inTime(request, deadline) : this.#neighbours.known(request);
    if (!answer) return !loaded || !deadline.over ? null : isRunning(this.#state()) ? 'lateInRun' : 'late';
    // When another model is loaded, the engine has it before the state shows it.
    return answer.query.size === token.size ? answer : null;
  }

  /** The present state. Drops the answers of a former model. */
  #state(): PanelState {
    const { state } = this.shown;
    if (state.model !== this.#model) {
      this.#neighbours.forget();
      this.#lines.forget();
      this.#model = state.model;
    }
    return state;
  }
}

/** The second model, if what it predicts in the inspected text is known token by token. */
const comparedIn = ({ model, both: { other, text } }: PanelState): NonNullable<Known['compared']> | null =>
  model && other && text?.kind === 'same' ? { ...text, name: shortName(modelNamesOf([model, other.info])[1]) } : null;

/** The statuses after work that ended without a run. */
const stopped: ReadonlySet<PanelState['status']['kind']> = new Set([
  'cancelled',
  'failed',
  'not-downloaded',
  'not-sent',
]);

/** Whether a run is under way. One that has just begun is not in the status yet. */
const isRunning = ({ status, model, text, run }: PanelState): boolean =>
  status.kind === 'working' ||
  ((!model || predicts(model)) && text !== null && run === null && !stopped.has(status.kind));

/** The panel's options, and one entry more than is listed: the token itself. */
function requestOf(id: number, state: PanelState): NeighboursRequest {
  const space = spaceOf(state);
  return { id, centred: state.options.centred, count: listedNeighbours + 1, ...(space && { space }) };
}

/**
 * The part of a line to cut into tokens: its start in the document, and the offset of the place in it. `null` if it has
 * no text.
 */
function partAt({
  document,
  position,
}: Place): { readonly text: string; readonly start: number; readonly offset: number } | null {
  const line = document.lineAt(position);
  const { text, start } = partAround(line.text, position.character);
  return text.trim() === ''
    ? null
    : { text, start: document.offsetAt(line.range.start) + start, offset: position.character - start };
}

/**
 * The offset of a place in the inspected text or its context; `null` elsewhere. The end of the text counts, since the
 * cursor of a selection stands there.
 */
function offsetIn({ source, text, outOfDate }: PanelState, { document, position }: Place): number | null {
  const tokens = text ? ascending(text).tokens : [];
  const [first, last] = [tokens.find((token) => !isAdded(token)), tokens.at(-1)];
  if (!source || !first || !last || outOfDate || source.uri !== document.uri.toString()) return null;
  const offset = document.offsetAt(position) - source.start;
  return offset >= first.start && offset <= last.end ? offset : null;
}

/** The inspected tokens at a position, including those of the context. */
function tokensIn(
  { source, text, outOfDate }: PanelState,
  document: vscode.TextDocument,
  position: vscode.Position,
): TokensAt | null {
  if (!source || !text || outOfDate || document.isClosed || source.uri !== document.uri.toString()) return null;
  return from(source.start, ascending(text).tokens, document, position);
}

/**
 * The tokens' offsets count from `origin`, an offset in the document. The offsets of the result's span count from the
 * beginning of the document.
 */
function from(
  origin: number,
  tokens: readonly Token[],
  document: vscode.TextDocument,
  position: vscode.Position,
): TokensAt | null {
  const found = tokensAt(tokens, shifted(characterIn(document, position), -origin));
  return found && { tokens: found.tokens, span: shifted(found.span, origin) };
}

/** The character at a position, or the ending of its line. UTF-16 offsets in the document. */
function characterIn(document: vscode.TextDocument, position: vscode.Position): Range {
  const line = document.lineAt(position);
  const lineStart = document.offsetAt(line.range.start);
  const endingLength = document.offsetAt(line.rangeIncludingLineBreak.end) - document.offsetAt(line.range.end);
  return shifted(characterAt(line.text, position.character, endingLength), lineStart);
}

const shifted = ({ start, end }: Range, by: number): Range => ({ start: start + by, end: end + by });
