import { canFollow } from '../../shared/appended';
import type { PanelState } from '../../shared/panel';
import type { NamedToken } from '../../shared/tokens';
import { appendedText, continued, documentText } from './continued';
import type { Inspected } from './inspected';
import { byUser, type Inspecting, type Surroundings } from './inspecting';
import type { Subject } from './subject';
import { lastPosition } from './views';

interface ContinuingParts {
  readonly inspected: Inspected;
  readonly inspecting: Inspecting;
  readonly surroundings: Pick<Surroundings, 'insert' | 'request'>;
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
    if (this.parts.inspected.shown?.appended) await this.#inspect((before) => before.slice(0, -1));
  }

  /** Writes what was appended into the document. A conversation has no place for it there. */
  async insert(): Promise<void> {
    const { inspected, inspecting, surroundings, report } = this.parts;
    const { tracked } = inspected;
    const shown = this.#shown;
    if (!shown?.appended || !tracked || tracked.changed || this.parts.state().text?.chat) return;
    const { uri } = shown;
    const { start, end } = tracked.range;
    const cause = byUser(surroundings.request());
    try {
      const length = await surroundings.insert({ uri, start, end }, appendedText(shown));
      // An edit before it may have moved it meanwhile. Its end has grown only while the text is followed.
      const { start: now } = tracked.range;
      await inspecting.refresh(cause, { uri, start: now, end: now + (end - start) + length });
    } catch (error) {
      report(error);
    }
  }

  /**
   * The text that the predictions on the page belong to, whatever became of an attempt to make it longer or shorter;
   * null while another is on its way, or where the document reads differently by now.
   */
  get #shown(): Subject | null {
    const { inspected, inspecting } = this.parts;
    const { subject, shown } = inspected;
    if (!subject || !shown || !inspected.isInPlace || documentText(shown) !== documentText(subject)) return null;
    if (inspecting.busy && subject.text !== shown.text) return null;
    const { rendered: _, ...text } = shown;
    return text;
  }

  async #inspect(tokensOf: (before: readonly NamedToken[]) => readonly NamedToken[]): Promise<void> {
    const { inspected, inspecting, surroundings, state } = this.parts;
    const { tracked } = inspected;
    const shown = this.#shown;
    if (!shown || !tracked) return;
    await inspecting.start({
      subject: continued(shown, tokensOf(shown.appended?.tokens ?? [])),
      tracked,
      options: state().options,
      choose: (text) => ({ position: lastPosition(text), tokenId: null }),
      cause: byUser(surroundings.request()),
      predictsFirst: true,
    });
  }
}
