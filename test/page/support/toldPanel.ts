import type { DocumentView } from '../../../src/shared/document/view';
import type { Intent } from '../../../src/shared/intents';
import type { PanelState } from '../../../src/shared/panel';
import type { PanelPage } from './panelPage';

// The page without an editor has no documents and no model files, so the panel is told what an editor would tell it.

/** From now on nobody answers what the panel asks for. It is kept for `asked`. */
export const keepAsked = (tour: PanelPage): Promise<void> =>
  tour.page.evaluate(() => {
    const { frameHost } = window as unknown as { frameHost: { receive: (message: unknown) => void } };
    const asked: unknown[] = [];
    Object.assign(window, { asked });
    frameHost.receive = (message) => void asked.push(message);
  });

/** What the panel has asked for since. */
export const asked = (tour: PanelPage): Promise<Intent[]> =>
  tour.page.evaluate(() => (window as unknown as { readonly asked: Intent[] }).asked.splice(0));

/** Sends the panel a change of its state, or a whole one. */
export const tell = (tour: PanelPage, change: Partial<PanelState>, type: 'state' | 'change' = 'change') =>
  tour.page.evaluate(
    ({ change, type, document }) => {
      const lines = document && {
        starts: Uint32Array.from(document.lines.starts),
        tokens: Uint32Array.from(document.lines.tokens),
        bits: Float64Array.from(document.lines.bits),
        characters: Uint32Array.from(document.lines.characters),
      };
      const told = document ? { ...change, document: { ...document, lines } } : change;
      const message = type === 'state' ? { type, state: told } : { type, change: told };
      const frame = window.document.querySelector<HTMLIFrameElement>('#panel');
      frame?.contentWindow?.postMessage(message, location.origin);
    },
    { change, type, document: change.document ? inLists(change.document) : null },
  );

const inLists = (document: DocumentView) => ({
  ...document,
  lines: Object.fromEntries(
    Object.entries(document.lines).map(([name, values]) => [name, Array.from<number>(values)]),
  ) as Record<keyof DocumentView['lines'], number[]>,
});
