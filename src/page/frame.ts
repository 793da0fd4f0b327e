// The first script of the panel's page: gives the panel what an editor's webview gives it. The page around it holds
// the other end.
import './frame.css';
import type { FrameHost } from './panel';

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
