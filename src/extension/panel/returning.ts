import type { Intent } from '../../shared/intents';
import type { KeptState } from '../../shared/kept';
import type { PanelState } from '../../shared/panel';
import { english } from '../../shared/translator';
import { parseExpression } from '../../shared/vectors/expression';
import type { InspectionController } from '../inspection/controller';
import { samePlace } from '../inspection/subject';

type Asked = Intent<'choosePosition' | 'chooseToken' | 'makeVector' | 'chooseAxis' | 'steer'>;

/** What makes the rooms of a shown text hold what they held, a second text aside. */
export function askedFor({ position, tokenId, rooms }: KeptState, state: PanelState): readonly Asked[] {
  const { vector, other, steering } = rooms;
  const axis = vector !== undefined && 'expression' in parseExpression(vector, english);
  return [
    // A second text chooses a position of its own.
    ...(other && position !== null ? [{ type: 'choosePosition', position } as const] : []),
    ...(other && tokenId !== null ? [{ type: 'chooseToken', id: tokenId } as const] : []),
    ...(vector !== undefined && vector !== state.vector?.expression
      ? [{ type: 'makeVector', expression: vector } as const]
      : []),
    ...(axis ? [{ type: 'chooseAxis', axis: { kind: 'vector', expression: vector } } as const] : []),
    ...(steering ? [{ type: 'steer', steering } as const] : []),
  ];
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
    const { appended = [] } = kept.rooms;
    // Only tokens whose text is all of their bytes can be appended.
    const tokens = appended.map((token) => ({
      ...token,
      bytes: [...new TextEncoder().encode(token.text)],
      size: null,
      percentile: null,
    }));
    await this.controller.resume(kept, { ...kept, appended: tokens });
    if (this.#newest !== kept) return;
    this.#waits = kept;
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
    if (other && other.text !== state.texts?.text) void this.controller.compareText(other.text, other.from);
    for (const intent of askedFor(kept, state)) void this.controller.intend(intent);
  }
}
