import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { gpuFiles, onnxFolder } from '../../../src/shared/gpu';
import type { WorkerStart } from '../../../src/shared/webWorker';
import type { EnginePage } from './page/enginePage';

declare const page: EnginePage;

export interface BrowserPlace {
  readonly executable: string;
  readonly flags: readonly string[];
  /** The folder with `dist` and `test` in it. */
  readonly root: string;
}

/** A browser with the engine's worker as it is shipped, without an editor around it. */
export class EngineInBrowser {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly models: Map<string, Uint8Array>,
  ) {}

  static async open({ executable, flags, root }: BrowserPlace): Promise<EngineInBrowser> {
    const models = new Map<string, Uint8Array>();
    const { outputFiles } = await build({
      absWorkingDir: root,
      bundle: true,
      format: 'iife',
      platform: 'browser',
      write: false,
      entryPoints: ['test/e2e/support/page/enginePage.ts'],
    });
    const script = outputFiles[0]?.text ?? '';
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      const answer =
        path === '/' ? `<!doctype html><script>${script}</script>` : (models.get(path) ?? readFile(join(root, path)));
      Promise.resolve(answer).then(
        (body) =>
          response
            .writeHead(200, {
              'content-type':
                path === '/' ? 'text/html' : path.endsWith('js') ? 'text/javascript' : 'application/octet-stream',
            })
            .end(body),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath: executable, args: [...flags] });
    return new EngineInBrowser(server, browser, models);
  }

  /** A page with this model loaded. */
  async load(model: Uint8Array): Promise<EngineTab> {
    const sha256 = createHash('sha256').update(model).digest('hex');
    const path = `/${sha256}.gguf`;
    this.models.set(path, model);
    const { port } = this.server.address() as AddressInfo;
    const context = await this.browser.newContext();
    const tab = await context.newPage();
    const address = (file: string) => `http://127.0.0.1:${port}/${file}`;
    await tab.goto(address(''));
    const files: WorkerStart = {
      gpu: gpuFiles((file) => address(`${onnxFolder}/${file}`)),
      ranks: { o200k_base: '', cl100k_base: '', r50k_base: '' },
      models: { [path]: { address: address(path.slice(1)), bytes: model.length, sha256 } },
    };
    await tab.evaluate((start) => page.start(start), files);
    await tab.evaluate(([name, hash]) => page.load(name, hash), [path, sha256] as const);
    return new EngineTab(tab);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

export class EngineTab {
  constructor(private readonly tab: Page) {}

  useBackend = (choice: 'auto' | 'wasm' | 'webgpu' | 'onnx') =>
    this.tab.evaluate((wanted) => page.useBackend({ choice: wanted }), choice);
  run = (text: string) => this.tab.evaluate((asked) => page.run(asked), text);
  close = () => this.tab.context().close();
}
