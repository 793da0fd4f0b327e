import type { Intent } from '../../../src/shared/intents';
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
