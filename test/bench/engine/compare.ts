import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { Engine } from '../../../src/shared/engine';
import { requantise } from '../../unit/support/requantise';
import { builtWorker, startEngine } from '../engineUnderTest';
import { modelPath, prompts } from '../inputs';
import { largeVocabulary, writeLlama } from '../llamaFile';
import { inRounds, median, milliseconds, over, print, report, seconds, slowestCancelWithin, timed } from '../measure';
import { rounds } from './options';

// `npm run bench -- compare [--rounds 7]`: the default model and its Q4_0 copy, both loaded in the engine's process: 64
// tokens in both against one whole inspection, in interleaved rounds; a position; all rows; and how long a cancellation
// takes. Then each part of the copy in the place of the default model's. Then the rows of two made-up matrices of
// 262,144 × 640, and the memory that they take beyond both models.

const { text } = prompts['64'];
const folder = mkdtempSync(join(tmpdir(), 'vectorscope-compare-'));

/** All rows of the loaded model and the other one. The engine reads them once, until it loads the other one again. */
function rowsOf(engine: Engine, other: string) {
  let isRead = false;
  return {
    read: async (control?: object): Promise<void> => {
      await engine.rowsInBoth({ matrix: 'input', count: 20, ids: [5] }, control);
      isRead = true;
    },
    forget: async (): Promise<void> => {
      if (isRead) await engine.loadOther({ path: other });
      isRead = false;
    },
  };
}

async function defaultPair(copy: string): Promise<void> {
  writeFileSync(copy, requantise(readFileSync(modelPath), 'Q4_0'));
  const { engine, end } = startEngine(builtWorker());
  await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
  await engine.loadOther({ path: copy });
  const inBoth = (own: string, control?: object) => engine.textInBoth({ text: own, count: 20 }, control);
  /** Afterwards nothing of the text is known. */
  const forget = () => inBoth('Otherwise');
  const rows = rowsOf(engine, copy);
  await rows.read();

  const inspection = { text, neighbours: 10, top: 20, layers: true, centred: false };
  const found = await inRounds(rounds, {
    inspection: async () => {
      await forget();
      return timed(() => engine.inspect(inspection));
    },
    both: async () => {
      await forget();
      return timed(() => inBoth(text));
    },
    position: () => timed(() => engine.positionInBoth({ text, position: 63, count: 20 })),
    rows: async () => {
      await rows.forget();
      return timed(() => rows.read());
    },
  });
  const cancelled = await inRounds(rounds, {
    text: () => slowestCancelWithin(median(found.both), (control) => inBoth(text, control), forget),
    rows: () => slowestCancelWithin(median(found.rows), rows.read, rows.forget),
  });
  await end();
  print(`the default model and its Q4_0 copy, medians of ${rounds} rounds`);
  report([
    ['one whole inspection, 64 tokens', seconds(median(found.inspection)), ''],
    ['64 tokens in both', seconds(median(found.both)), ''],
    ['ratio, round by round', over(found.both, found.inspection), '≤ 2.2 ×'],
    ['a position in both, 20 tokens', milliseconds(median(found.position)), ''],
    ['all rows, 49,152 × 576', seconds(median(found.rows)), '≤ 0.6 s'],
    ['64 tokens in both, cancelled, the slowest', milliseconds(Math.max(...cancelled.text)), '≤ 300 ms'],
    ['all rows, cancelled, the slowest', milliseconds(Math.max(...cancelled.rows)), '≤ 300 ms'],
  ]);
}

/** Every part of the copy in the default model's place, 5 tokens, against as many runs of the whole text. */
async function blameOfPair(copy: string): Promise<void> {
  const { engine, memory, peak, forgetPeak, end } = startEngine(builtWorker());
  await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
  await engine.loadOther({ path: copy });
  const question = { text: 'The capital of France is', position: 4, by: 'parts', reverse: false } as const;
  await engine.textInBoth({ text: question.text, count: 20 });
  const before = memory();
  forgetPeak();
  const first: number[] = [];
  let parts = 0;
  const blamed = async () => {
    const start = performance.now();
    let isFirst = true;
    const onProgress = (): void => {
      if (isFirst) first.push(performance.now() - start);
      isFirst = false;
    };
    ({ length: parts } = (await engine.blame(question, { onProgress })).parts);
  };
  const found = await inRounds(rounds, {
    blame: () => timed(blamed),
    runs: async () => {
      let whole = 0;
      for (let i = 0; i < parts; i++) {
        await engine.run({ text: 'Otherwise' });
        whole += await timed(() => engine.run({ text: question.text }));
      }
      return whole;
    },
  });
  const most = peak();
  const cancelled = await slowestCancelWithin(
    median(found.blame),
    (control) => engine.blame(question, control),
    async () => undefined,
  );
  await end();
  print(`\nthe parts of the Q4_0 copy in the default model, medians of ${rounds} rounds`);
  report([
    [`5 tokens, all ${parts} parts`, seconds(median(found.blame)), '≤ 6 s'],
    ['the first row', seconds(median(first)), '≤ 0.5 s'],
    ['beside as many whole runs, round by round', over(found.blame, found.runs), '≤ 0.6 ×'],
    ['peak beyond both loaded models', `${(most - before).toFixed(0)} MiB`, '≤ 40 MiB'],
    ['cancelled, the slowest', milliseconds(cancelled), '≤ 200 ms'],
  ]);
}

async function largePair(first: string, second: string): Promise<void> {
  writeLlama(first, largeVocabulary);
  writeLlama(second, largeVocabulary, 54_321);
  const { engine, memory, peak, forgetPeak, end } = startEngine(builtWorker());
  await engine.load({ path: first, geometryOnly: true });
  const loading = await timed(() => engine.loadOther({ path: second }));
  const rows = rowsOf(engine, second);
  const before = memory();
  forgetPeak();
  const took = [await timed(() => rows.read())];
  const most = peak();
  while (took.length < rounds) {
    await rows.forget();
    took.push(await timed(() => rows.read()));
  }
  const cancelled = await slowestCancelWithin(median(took), rows.read, rows.forget);
  await end();
  print(`\ntwo made-up models of 262,144 × 640 by their matrices alone, medians of ${rounds} rounds`);
  report([
    ['load of the second', seconds(loading), ''],
    ['all rows', seconds(median(took)), '≤ 4 s'],
    ['peak beyond both loaded models', `${(most - before).toFixed(0)} MiB`, '≤ 50 MiB'],
    ['cancelled, the slowest', milliseconds(cancelled), '≤ 300 ms'],
  ]);
}

export async function compare(): Promise<void> {
  try {
    await defaultPair(join(folder, 'default.Q4_0.gguf'));
    await blameOfPair(join(folder, 'default.Q4_0.gguf'));
    await largePair(join(folder, 'first.gguf'), join(folder, 'second.gguf'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
