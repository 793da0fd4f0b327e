// The first script of the panel's page: gives the panel the functions that an editor's webview has, and passes their
// calls to the page around it.
import './frame.css';
import type { FrameHost } from './panelFrame';

const { frameHost } = parent as unknown as { readonly frameHost: FrameHost };
Object.assign(globalThis, {
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => frameHost.receive(message),
    getState: () => frameHost.kept(),
    setState: (kept: unknown) => frameHost.keep(kept),
  }),
});
document.getElementById('root')?.setAttribute('data-bundle', frameHost.bundle);
frameHost.opened(window);
