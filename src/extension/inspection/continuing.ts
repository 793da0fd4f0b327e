import { canFollow } from '../../shared/appended';
import type { PanelState } from '../../shared/panel';
import type { NamedToken } from '../../shared/tokens';
import { appendedText, continued } from './continued';
import type { Inspected } from './inspected';
import { byUser, type Inspecting, type Surroundings } from './inspecting';
import { lastPosition } from './views';

interface ContinuingParts {
  readonly inspected: Inspected;
  readonly inspecting: Inspecting;
  readonly surroundings: Pick<Surroundings, 'insert'>;
  state(): PanelState;
  report(error: unknown): void;
}

/** Puts tokens after the inspected text, takes them off, and writes them into the document. */
export class Continuing {
  constructor(private readonly parts: ContinuingParts) {}

  /** Appends a token that is listed as a prediction. */
  async with(id: number): Promise<void> {
    const { prediction, run, position, options, text } = this.parts.state();
    const listed = prediction?.top ?? run?.likeliest[position ?? -1] ?? [];
    const token = listed.map((entry) => entry.token).find((one) => one.id === id);
    if (token && canFollow(token, options.plain && !text?.chat)) await this.#inspect((before) => [...before, token]);
  }

  async takeOff(): Promise<void> {
    if (this.parts.inspected.subject?.appended) await this.#inspect((before) => before.slice(0, -1));
  }

  /** Writes what was appended into the document. A conversation has no place for it there. */
  async insert(): Promise<void> {
    const { inspected, inspecting, surroundings, report } = this.parts;
    const { subject, tracked } = inspected;
    if (!subject?.appended || !tracked || tracked.changed || this.parts.state().text?.chat) return;
    const place = { uri: subject.uri, ...tracked.range };
    try {
      const length = await surroundings.insert(place, appendedText(subject));
      await inspecting.refresh(byUser, { ...place, end: place.end + length });
    } catch (error) {
      report(error);
    }
  }

  async #inspect(tokensOf: (before: readonly NamedToken[]) => readonly NamedToken[]): Promise<void> {
    const { inspected, inspecting, state } = this.parts;
    const { subject, shown, tracked } = inspected;
    // The predictions on the page are those of the shown text, and another may be on its way.
    if (!subject || !tracked || !inspected.isInPlace || subject.text !== shown?.text) return;
    await inspecting.start({
      subject: continued(subject, tokensOf(subject.appended?.tokens ?? [])),
      tracked,
      options: state().options,
      choose: (text) => ({ position: lastPosition(text), tokenId: null }),
      cause: byUser,
      predictsFirst: true,
    });
  }
}
