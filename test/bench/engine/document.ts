import { readdirSync, readFileSync } from 'node:fs';
import { documentTokens, measureWindow } from '../../../src/engine/analysis/document';
import { runHidden } from '../../../src/engine/analysis/hiddenVectors';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { defaultModel } from '../../../src/shared/defaultModel';
import { measureDocument } from '../../../src/shared/document/measure';
import { DocumentSums } from '../../../src/shared/document/sums';
import { usualWindow, windowIds, windowsOf } from '../../../src/shared/document/windows';
import { builtWorker, startEngine } from '../engineUnderTest';
import { modelPath, fromRoot } from '../inputs';
import { median, print, report, seconds, timed } from '../measure';
import { values } from './options';

// `npm run bench -- document [--tokens 10000] [--windows 12]`: a document of so many tokens in the engine's process,
// with the default model: the time to its first line, and the memory beyond that of one window. Then, in this process,
// some of its windows against the same ones run bare: the layers, and one product with the output matrix for each token
// that is measured, window by window in turn.

const request = { path: modelPath, sha256: defaultModel.sha256, threads: 2 };

/** The guide, as far as it has so many tokens. */
function textOf(model: Model, most: number): string {
  const pages = readdirSync(fromRoot('docs')).filter((name) => name.endsWith('.md'));
  const text = pages.map((page) => readFileSync(fromRoot(`docs/${page}`), 'utf8')).join('\n');
  const { ends } = documentTokens(model, { text });
  return text.slice(0, ends[most - 1]);
}

async function bare(model: Model, ids: Int32Array, from: number): Promise<void> {
  const vectors = await runHidden(model, Array.from(ids), {});
  const hidden = Array.from({ length: ids.length - from }, (_, i) => vectors.at(from + i));
  await model.directions.search(hidden, { count: 1, lists: ['dot'], hidden: hidden.length });
}

async function againstBare(model: Model, text: string): Promise<void> {
  const ours = {
    documentTokens: async (asked: Parameters<typeof documentTokens>[1]) => documentTokens(model, asked),
    measureWindow: (asked: Parameters<typeof measureWindow>[1]) => measureWindow({ model }, asked, {}),
  };
  const tokens = documentTokens(model, { text });
  const windows = windowsOf(tokens, usualWindow).slice(0, Number(values.windows));
  const steps = measureDocument(ours, { text });
  const ratios: number[] = [];
  let [mine, plain] = [0, 0];
  await steps.next();
  for (const one of windows) {
    const own = await timed(async () => {
      for (;;) {
        const { value } = await steps.next();
        if (!value || value.measured >= one.to) return;
      }
    });
    // What is known of the window must not be taken over.
    await runHidden(model, [(tokens.ids[0] as number) + 1], {});
    const its = await timed(() => bare(model, windowIds(tokens, one), one.from - one.start));
    ratios.push(own / its);
    mine += own;
    plain += its;
  }
  report([
    [`${windows.length} windows of ${usualWindow} tokens`, seconds(mine), ''],
    ['the same run bare', seconds(plain), ''],
    ['ratio, median of the windows', `${median(ratios).toFixed(2)} ×`, '≤ 1.3 ×'],
  ]);
}

async function inProcess(text: string, window: Int32Array): Promise<void> {
  const { engine, peak, forgetPeak, memory, end } = startEngine(builtWorker());
  await engine.load(request);
  await engine.measureWindow({ ids: window, from: 0 });
  const [before, resident] = [peak(), memory()];
  forgetPeak();
  const sums = new DocumentSums(text);
  const start = performance.now();
  let [firstLine, tokens] = [0, 0];
  for await (const document of measureDocument(engine, { text })) {
    sums.take(document);
    tokens = document.tokens.ids.length;
    if (sums.finished > 0) firstLine ||= performance.now() - start;
  }
  const whole = performance.now() - start;
  const most = peak();
  await end();
  report([
    [`a document of ${tokens} tokens`, seconds(whole), ''],
    ['its first line', seconds(firstLine), '≤ 1.5 s'],
    ['memory, the most beyond one window', `${(most - Math.max(before, resident)).toFixed(0)} MiB`, '≤ 60 MiB'],
  ]);
}

export async function document(): Promise<void> {
  const { model } = await loadModel(request, undefined, () => undefined);
  const text = textOf(model, Number(values.tokens ?? 10_000));
  print(`${text.length} characters of the guide`);
  await againstBare(model, text);
  const first = documentTokens(model, { text }).ids.slice(0, usualWindow);
  await model.release();
  await inProcess(text, first);
}
