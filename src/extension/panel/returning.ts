import type { Intent } from '../../shared/intents';
import type { KeptState } from '../../shared/kept';
import { english } from '../../shared/translator';
import { parseExpression } from '../../shared/vectors/expression';
import type { InspectionController } from '../inspection/controller';
import { samePlace } from '../inspection/subject';

type Asked = Intent<'choosePosition' | 'chooseToken' | 'makeVector' | 'chooseAxis' | 'steer'>;

/** What is asked once the text is shown, a second text aside, so that the rooms hold again what they held. */
function askedFor({ position, tokenId, rooms: { vector: expression, other, steering } }: KeptState): readonly Asked[] {
  const asked: Asked[] = [];
  // A second text chooses a position of its own.
  if (other && position !== null) asked.push({ type: 'choosePosition', position });
  if (other && tokenId !== null) asked.push({ type: 'chooseToken', id: tokenId });
  if (expression !== undefined) asked.push({ type: 'makeVector', expression });
  if (expression !== undefined && 'expression' in parseExpression(expression, english))
    asked.push({ type: 'chooseAxis', axis: { kind: 'vector', expression } });
  if (steering) asked.push({ type: 'steer', steering });
  return asked;
}

/**
 * Brings back an inspection from before a reload, and what its rooms held. That is asked for once the text is shown:
 * nothing is loaded, downloaded or sent for it.
 */
export class Returning {
  /** The inspection that was resumed last. */
  #newest: KeptState | null = null;
  /** The one whose rooms wait for its text. */
  #waits: KeptState | null = null;

  constructor(private readonly controller: InspectionController) {}

  async resume(kept: KeptState): Promise<void> {
    this.#newest = kept;
    this.#waits = null;
    const bytesOf = (text: string) => [...new TextEncoder().encode(text)];
    const appended = kept.rooms.appended?.map((token) => ({ bytes: bytesOf(token.text), ...token, ...unsized })) ?? [];
    await this.controller.resume(kept, { ...kept, appended });
    if (this.#newest === kept) this.#waits = kept;
    this.changed();
  }

  /** The state has changed. */
  changed(): void {
    const [kept, { state }] = [this.#waits, this.controller];
    if (!kept || state.status.kind !== 'ready' || !state.text) return;
    this.#waits = null;
    // Another text was inspected since.
    if (!samePlace(state.source, kept)) return;
    const { other } = kept.rooms;
    if (other) void this.controller.compareText(other.text, other.from, other.appended);
    for (const intent of askedFor(kept)) void this.controller.intend(intent);
  }
}

const unsized = { size: null, percentile: null };
