import * as vscode from 'vscode';
import { gpuFiles, onnxFolder, type GpuDown, type GpuUp } from '../../shared/gpu';
import { parseIntent, type Intent, type IntentName } from '../../shared/intents';
import type { GpuToPanel, HostMessage, PanelState } from '../../shared/panel';
import type { Room, SectionId } from '../../shared/rooms';
import { html } from './html';
import { parseGpu, packedMessage } from './packed';

export type SurfaceIntentName = Exclude<IntentName, 'ready'>;
export type SurfaceIntent = Intent<SurfaceIntentName>;

/** Talks with the GPU's worker in a page while that is drawn. */
export interface GpuUser {
  pageCame(post: (message: GpuDown) => void): void;
  pageGone(): void;
  fromPage(message: GpuUp): void;
}

/** The rest of the extension, as a surface sees it. */
export interface SurfaceOwner {
  state(): PanelState;
  /** The page waits for the state: there is somebody to tell things to. */
  drawn(): void;
  /** The page is out of sight, so the mouse and the focus have left it. */
  left(): void;
  /** `state` is what the surface showed. */
  intend(intent: SurfaceIntent, state: PanelState): void;
  /** Uses the GPU of the page. Absent if the page lends none. */
  readonly gpu?: GpuUser;
  /** A message had no known form. */
  refused(): void;
}

/** A webview as a picture of its owner's state, shown anew whenever it is drawn again. */
export class Surface {
  #webview: vscode.Webview | null = null;
  /** The section that comes into sight once the page is drawn. */
  #goTo: { readonly section: SectionId; readonly from?: readonly Room[] } | null = null;
  /** Whether the webview has asked for the state and still lives; a hidden one is thrown away. */
  #drawn = false;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly kind: 'panel' | 'side',
    private readonly owner: SurfaceOwner,
  ) {}

  /** Draws in this webview from now on. */
  take(webview: vscode.Webview): void {
    this.#webview = webview;
    this.#drawn = false;
    const folder = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    const lendsGpu = this.owner.gpu !== undefined;
    webview.options = { enableScripts: true, localResourceRoots: lendsGpu ? [folder, this.#onnxFolder] : [folder] };
    webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    webview.html = html({
      script: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'panel.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'panel.css')).toString(),
      source: webview.cspSource,
      nonce: btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))),
      language: vscode.env.language,
      title: 'Vectorscope',
      surface: this.kind,
      lendsGpu,
      bundle: vscode.l10n.bundle,
    });
  }

  get #onnxFolder(): vscode.Uri {
    return vscode.Uri.joinPath(this.extensionUri, onnxFolder);
  }

  /** Posts to the GPU's worker in the page; the page starts one when it is told to. */
  #postGpu(message: GpuDown): void {
    const webview = this.#webview;
    if (!webview || !this.#drawn) return;
    const files = () =>
      gpuFiles((file) => webview.asWebviewUri(vscode.Uri.joinPath(this.#onnxFolder, file)).toString());
    this.#post({ type: 'gpu', message: message.kind === 'start' ? { ...message, files: files() } : message });
  }

  hidden(): void {
    if (this.#drawn) {
      this.owner.left();
      this.owner.gpu?.pageGone();
    }
    this.#drawn = false;
  }

  /** Forgets a webview that is gone. */
  drop(webview: vscode.Webview): void {
    if (this.#webview !== webview) return;
    this.#webview = null;
    this.hidden();
  }

  changed(change: Partial<PanelState>): void {
    if (this.#drawn) this.#post({ type: 'change', change });
  }

  goTo(section: SectionId, from?: readonly Room[]): void {
    this.#goTo = { section, ...(from && { from }) };
    this.#sendGoTo();
  }

  #sendGoTo(): void {
    if (!this.#drawn || this.#goTo === null) return;
    this.#post({ type: 'goTo', ...this.#goTo });
    this.#goTo = null;
  }

  /** Sends all of the state anew. */
  hydrate(): void {
    if (this.#drawn) this.#post({ type: 'state', state: this.owner.state() });
  }

  /** A message as the webview posts it. */
  receive(message: unknown): void {
    const { gpu } = this.owner;
    const fromGpu = gpu && parseGpu(message);
    if (fromGpu) return gpu.fromPage(fromGpu);
    const intent = parseIntent(message);
    if (!intent) return this.owner.refused();
    if (intent.type !== 'ready') return this.owner.intend(intent, this.owner.state());
    // A page that was loaded anew has lost the state of the one before.
    this.hidden();
    this.#drawn = true;
    gpu?.pageCame((toGpu) => this.#postGpu(toGpu));
    this.hydrate();
    this.#sendGoTo();
    this.owner.drawn();
  }

  #post(message: HostMessage | GpuToPanel): void {
    // A webview that is thrown away meanwhile takes no message; the next one asks for the whole state.
    void this.#webview?.postMessage(packedMessage(message)).then(undefined, () => undefined);
  }
}
