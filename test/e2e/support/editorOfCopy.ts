import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startEditor } from '../../../scripts/editor/server.mjs';
import { exceptionsIn } from '../../../scripts/test/logs.mjs';
import { repository, type FreshCopy } from './freshCopy';
import { Workbench } from './workbench';

const texts = Array.from({ length: 20 }, (_, i) => `In ${1900 + i} the capital of France had ${i + 2} bridges`);
/** OpenAI's vocabularies are files of their own, which the engine reads when they are asked for. */
const encoding = 'o200k_base';
/** Milliseconds, with twenty programs beside it. */
const longest = 240_000;

/** An editor that runs the extension from the folder in which it is built, as `npm start` opens it. */
export class EditorOfCopy {
  #inspected = 0;
  /** What the panel's pages threw, and what they could not fetch. */
  readonly faults: string[] = [];

  private constructor(
    readonly workbench: Workbench,
    private readonly userDir: string,
    readonly close: () => Promise<void>,
  ) {
    const { page } = workbench;
    // The editor's own pages throw too, when a request is cancelled.
    page.on('pageerror', ({ message, stack }) => void (stack?.includes('/dist/webview/') && this.faults.push(message)));
    page.on('response', (response) => {
      if (response.url().includes('/dist/') && response.status() >= 400)
        this.faults.push(`${response.url()} was answered with ${response.status()}`);
    });
  }

  /** The window may open before anything is built: the extension is read when it is first used. */
  static async open({ path }: FreshCopy): Promise<EditorOfCopy> {
    const model = join(repository, 'models', 'SmolLM2-135M-Instruct.Q4_1.gguf');
    const { origin, userDir, stop } = await startEditor({
      extension: path,
      folder: path,
      settings: { 'vectorscope.modelFile': model },
    });
    try {
      const workbench = await Workbench.open({ origin, text: `${texts.join('\n')}\n` });
      return new EditorOfCopy(workbench, userDir, async () => {
        await workbench.close();
        await stop();
      });
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** Inspects another text than before, and counts its tokens as OpenAI's models cut it. */
  async inspectNext(): Promise<void> {
    const at = this.#inspected++;
    await this.workbench.focusEditor();
    await this.workbench.goToLine(at + 1);
    await this.workbench.runCommand('Inspect Selection with Vectorscope');
    await expect.poll(() => this.#shown(), { timeout: longest }).toEqual({ status: 'ready', text: texts[at] });
    await this.workbench.open('tokens');
    await this.workbench.unfold('encodings');
    const counted = this.workbench.section('tokens').locator(`[data-encoding="${encoding}"]`);
    // Once it is open, each text is counted.
    if ((await counted.getAttribute('aria-expanded')) === 'false') await counted.click();
    await counted.locator('[data-value]:not([data-value=""])').waitFor();
  }

  async #shown() {
    const status = await this.workbench.panel.locator('main').getAttribute('data-status');
    const tokens = await (await this.workbench.open('tokens')).locator('[data-token-index] bdi').allTextContents();
    return { status, text: tokens.join('').replaceAll('·', ' ') };
  }

  /** The next inspection starts the engine anew. */
  unload = (): Promise<void> => this.workbench.runCommand('Vectorscope: Unload Model');

  /** Has the layers run on the ONNX Runtime, whose files the engine reads only then. */
  async useOnnx(): Promise<void> {
    await mkdir(join(this.workbench.folder, '.vscode'));
    await writeFile(
      join(this.workbench.folder, '.vscode', 'settings.json'),
      JSON.stringify({ 'vectorscope.backend': 'onnx' }),
    );
    const decided = async () => /backend is onnx\.[^]*?(The layers run on .+)/.exec((await this.log()).join('\n'))?.[1];
    await expect.poll(decided, { timeout: longest }).toBeDefined();
    expect(await decided()).toContain('The layers run on ONNX Runtime.');
  }

  /** The next inspection opens another page. */
  async closePanel(): Promise<void> {
    await this.workbench.focusEditor();
    await this.workbench.runCommand('View: Close Editors in Other Groups');
    await expect.poll(() => this.workbench.page.locator('iframe.webview.ready').count()).toBe(0);
  }

  /** The lines that the extension wrote to its log. */
  log = async (): Promise<readonly string[]> => {
    const logs = join(this.userDir, 'user', 'logs');
    const files = (await readdir(logs, { recursive: true })).filter((file) => file.endsWith('Vectorscope.log'));
    return (await Promise.all(files.map((file) => readFile(join(logs, file), 'utf8')))).join('\n').split('\n');
  };

  exceptions = (): Promise<readonly string[]> => exceptionsIn(this.userDir);
}
