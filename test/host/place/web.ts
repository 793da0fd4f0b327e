import type Mocha from 'mocha';
import 'mocha/mocha.js';
import * as vscode from 'vscode';
import { defaultModel } from '../../../src/shared/defaultModel';
import { extensionId } from '../../../src/shared/extensionId';
import { modelFolder, wholeMark } from '../../../src/shared/storedModel';
import type { Place } from './place';

// What bundles the tests puts the values of these variables here.
const address = process.env.VECTORSCOPE_TEST_RESULTS ?? '';
const some = process.env.VECTORSCOPE_GREP;

let sent: Promise<unknown> = Promise.resolve();

async function post(line: string): Promise<void> {
  const { ok, status } = await fetch(address, { method: 'POST', body: line });
  if (!ok) throw new Error(`A result was answered with the status ${status}.`);
}

/** Here no clock leaves out what other programs take, so the best of several measurements is the nearest to ours. */
const attempts = 5;
/** Milliseconds between two timers; a browser makes it no less. */
const interval = 4;

/** Writes the packaged model into the browser's storage, as the engine's worker would after a yes. */
async function storeModel(): Promise<void> {
  const extension = vscode.extensions.getExtension(extensionId);
  if (!extension) throw new Error('The extension is not installed.');
  const { body, status } = await fetch(vscode.Uri.joinPath(extension.extensionUri, defaultModel.path).toString());
  if (!body) throw new Error(`The model was answered with the status ${status}.`);
  const root = await navigator.storage.getDirectory();
  const models = await root.getDirectoryHandle(modelFolder, { create: true });
  const file = await models.getFileHandle(defaultModel.sha256, { create: true });
  await body.pipeTo(await file.createWritable());
  await models.getFileHandle(wholeMark(defaultModel.sha256), { create: true });
}

export const place: Place = {
  Mocha: (globalThis as unknown as { Mocha: typeof Mocha }).Mocha,
  some,
  report: (line) => void (sent = sent.then(() => post(line))),
  reported: () => sent.then(() => undefined),
  storeModel,
  entry: 'browser',
  async readCode({ extensionUri, packageJSON }) {
    const { browser } = packageJSON as { browser: string };
    const answer = await fetch(vscode.Uri.joinPath(extensionUri, browser).toString());
    const code = await answer.text();
    const times: number[] = [];
    for (let attempt = 0; attempt < attempts; attempt++) {
      const start = performance.now();
      // As the host does once it has the text, which is not ours to hurry. What is read twice alike is compiled once.
      // oxlint-disable-next-line typescript/no-implied-eval
      const run = new Function('module', 'exports', 'require', `${code}\n// ${attempt}`) as (
        module: object,
        exports: object,
        require: NodeJS.Require,
      ) => void;
      run({}, {}, require);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  },
  measureDelays() {
    const delays: number[] = [];
    let last = performance.now();
    const tick = () => {
      const now = performance.now();
      delays.push(Math.max(0, now - last - interval));
      last = now;
      timer = setTimeout(tick, interval);
    };
    let timer = setTimeout(tick, interval);
    return () => {
      clearTimeout(timer);
      delays.sort((a, b) => a - b);
      return { p99: delays[Math.ceil(0.99 * delays.length) - 1] ?? NaN, longest: delays.at(-1) ?? NaN };
    };
  },
};
