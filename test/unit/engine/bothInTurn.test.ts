import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Team } from '../../../src/engine/kernels/team';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import type { MemoryLimits } from '../../../src/engine/model/memory';
import { buffersOf } from '../../../src/shared/buffers';
import { familyPath } from '../support/families';
import { requantise } from '../support/requantise';
import { sampled } from '../support/sample';
import { letters, writeTinyModel } from '../support/tinyModel';

// Two models with memory for one at a time, and all that can happen to either of them meanwhile.

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-turn-'));
const other = writeTinyModel({ tokens: ['T', 'h', 'e', 'Th', 'Ġ', '<s>'] });
const strange = writeTinyModel({ family: 'strange', seed: 2 });
const text = 'The capital of France';
const names = sampled(['gemma2-bias'], ['gemma2-bias', 'phi2', 'gpt2', 'phi3-q4']);
const copyOf = (name: string): string => join(folder, `${name}.gguf`);

const roomy: MemoryLimits = { process: 2 ** 45, matrix: 2 ** 45 };
let limits = roomy;
let engine: LocalEngine;
const teams = { started: 0, closed: 0 };

beforeAll(async () => {
  for (const name of names) writeFileSync(copyOf(name), requantise(readFileSync(familyPath(name)), 'Q8_0'));
  engine = localEngine(() => limits);
  const { start } = Team;
  vi.spyOn(Team, 'start').mockImplementation(async (...given) => {
    teams.started++;
    return start.apply(Team, given);
  });
  const closed = new WeakSet<object>();
  const close = Object.getOwnPropertyDescriptor(Team.prototype, 'close')?.value as () => Promise<void>;
  vi.spyOn(Team.prototype, 'close').mockImplementation(function (this: Team) {
    if (!closed.has(this)) teams.closed++;
    closed.add(this);
    return close.call(this);
  });
});
afterAll(async () => {
  await engine.close();
  vi.restoreAllMocks();
  for (const made of [folder, other.folder, strange.folder]) rmSync(made, { recursive: true });
});
// Every test ends without a model, and nothing of one is left.
afterEach(async () => {
  await engine.close();
  limits = roomy;
  expect(teams.closed).toBe(teams.started);
});

/** Loads a pair whose two models do not fit into memory together. */
async function loadInTurn(name = names[0] as string) {
  const { memory } = await engine.describe({ path: familyPath(name) });
  limits = { ...roomy, process: (memory.run ?? NaN) * 1.5 };
  await engine.load({ path: familyPath(name), threads: 1 });
  return engine.loadOther({ path: copyOf(name) });
}

describe.each(names)('%s', (name) => {
  it('says in turn what it says together, to the bit, and keeps the handles of its runs', async () => {
    await engine.load({ path: familyPath(name), threads: 1 });
    await engine.loadOther({ path: copyOf(name) });
    const together = await engine.textInBoth({ text, count: 3 });
    const positions = [0, 3].map((position) => engine.positionInBoth({ text, position, count: 3 }));
    const expected = await Promise.all(positions);
    await engine.close();

    expect(await loadInTurn(name)).toMatchObject({ runs: 'inTurn', refusal: null, sameVocabulary: true });
    const run = (await engine.run({ text })).handle as string;
    await expect(engine.positionInBoth({ text, position: 0, count: 3 })).rejects.toThrow(/Compare the text first\./);
    expect(await engine.textInBoth({ text, count: 3 })).toEqual(together);
    for (const [i, position] of [0, 3].entries())
      for (let time = 0; time < 2; time++) {
        const answer = await engine.positionInBoth({ run, position, count: 3 });
        expect(answer).toEqual(expected[i]);
        // As the port does with what it sends.
        structuredClone(answer, { transfer: buffersOf(answer) });
      }
    expect((await engine.run({ text })).length).toBe(together.kind === 'same' ? together.length : NaN);
    // Two at once, the second of which waits for the model that the first one brings back.
    const both = [engine.textInBoth({ text, count: 3 }), engine.textInBoth({ text, count: 3 })];
    expect(await Promise.all(both)).toEqual([together, together]);
  });
});

it('loads a model again with the next request where its file was away for a while', async () => {
  const name = names[0] as string;
  const path = join(folder, 'lent.gguf');
  copyFileSync(familyPath(name), path);
  const { memory } = await engine.describe({ path });
  limits = { ...roomy, process: (memory.run ?? NaN) * 1.5 };
  await engine.load({ path, threads: 1 });
  await engine.loadOther({ path: copyOf(name) });
  const onProgress = ({ stage }: { readonly stage: string }) => {
    if (stage === 'predictions') rmSync(path, { force: true });
  };
  await expect(engine.textInBoth({ text, count: 3 }, { onProgress })).rejects.toMatchObject({ code: 'model-missing' });
  copyFileSync(familyPath(name), path);
  expect((await engine.run({ text })).length).toBeGreaterThan(1);
});

it('is cancelled wherever it stands, and the loaded model is there again', async () => {
  await loadInTurn();
  let steps = 0;
  const whole = await engine.textInBoth({ text, count: 3 }, { onProgress: () => steps++ });
  expect(steps).toBeGreaterThan(8);
  for (let step = 0; step < steps - 1; step += sampled(3, 1)) {
    // Nothing is left of the text that was run.
    await engine.run({ text: 'x' });
    const abort = new AbortController();
    let seen = 0;
    const onProgress = () => void (seen++ === step && abort.abort());
    await expect(
      engine.textInBoth({ text, count: 3 }, { signal: abort.signal, onProgress }),
      `step ${step}`,
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect((await engine.run({ text })).length).toBe(whole.kind === 'same' ? whole.length : NaN);
  }
  expect(await engine.textInBoth({ text, count: 3 })).toEqual(whole);
});

/** Compares in turn, and does something at once or once a stage is reached. */
async function meanwhile(stage: string, act: () => Promise<unknown>): Promise<void> {
  await loadInTurn();
  let acted: Promise<unknown> | undefined;
  const onProgress = (progress: { readonly stage: string }) => void (progress.stage === stage && (acted ??= act()));
  const comparison = engine.textInBoth({ text, count: 3 }, { onProgress });
  if (stage === 'begin') acted = act();
  await expect(comparison).rejects.toThrow(/was cancelled|is no longer loaded|No model is loaded/);
  await acted;
}
const stages = ['begin', 'tokenizer', 'layers', 'predictions'];

it.each(stages)('may be left for another model at “%s”', async (stage) => {
  await meanwhile(stage, () => engine.load({ path: other.path, threads: 1 }));
  expect((await engine.run({ text: 'The' })).length).toBe(3);
  await expect(engine.textInBoth({ text: 'The', count: 3 })).rejects.toThrow(/no second model .* choose one first/);
});

it.each(stages)('may be unloaded at “%s”', async (stage) => {
  await meanwhile(stage, () => engine.close());
  await expect(engine.run({ text })).rejects.toThrow(/No model is loaded/);
});

it.each(stages)('may lose the other model at “%s”', async (stage) => {
  await meanwhile(stage, () => engine.releaseOther({}));
  expect((await engine.run({ text })).length).toBeGreaterThan(2);
});

it('loses nothing of the loaded model where the other one is gone', async () => {
  await loadInTurn();
  const name = names[0] as string;
  const bytes = readFileSync(copyOf(name));
  rmSync(copyOf(name));
  await expect(engine.textInBoth({ text, count: 3 })).rejects.toMatchObject({ code: 'model-missing' });
  writeFileSync(copyOf(name), bytes.subarray(0, bytes.length - 100));
  await expect(engine.textInBoth({ text, count: 3 })).rejects.toMatchObject({ code: 'model-damaged' });
  writeFileSync(copyOf(name), bytes);
  expect((await engine.run({ text })).length).toBeGreaterThan(2);
  expect((await engine.textInBoth({ text, count: 3 })).kind).toBe('same');
});

describe('a loaded model', () => {
  const load = () => engine.load({ path: familyPath('llama-3'), threads: 1 });

  it('stays as it is where the other one is missing or damaged, and the one before is gone', async () => {
    await load();
    await engine.loadOther({ path: familyPath('qwen3') });
    const damaged = join(folder, 'damaged.gguf');
    writeFileSync(damaged, readFileSync(familyPath('qwen3')).subarray(0, 50_000));
    await expect(engine.loadOther({ path: damaged })).rejects.toMatchObject({ code: 'model-damaged' });
    await expect(engine.loadOther({ path: join(folder, 'none.gguf') })).rejects.toMatchObject({
      code: 'model-missing',
    });
    expect((await engine.run({ text })).length).toBeGreaterThan(2);
    await expect(engine.rowsInBoth({ matrix: 'input', count: 1, ids: [] })).rejects.toThrow(/no second model/);
  });

  it('is compared with one of another width and depth in what needs no common space', async () => {
    await load();
    const said = await engine.loadOther({ path: familyPath('phi2-fused') });
    expect(said).toMatchObject({ runs: 'together', sameVocabulary: true, sameWidth: false });
    const found = await engine.textInBoth({ text, count: 3 });
    expect(found).toMatchObject({ kind: 'same', hiddenAngle: null, leftOut: 0 });
    const here = await engine.positionInBoth({ text, position: 1, count: 3 });
    expect([here.hiddenAngle, here.residualAngle]).toEqual([null, null]);
    expect(here.residualSize.map(({ length }) => length)).toEqual([7, 3]);
    for (const { logit, parts } of here.tokens)
      expect(Object.values(parts).reduce((sum: number, part: number) => sum + part, 0)).toBeCloseTo(
        logit[1] - logit[0],
        9,
      );
    const rows = await engine.rowsInBoth({ matrix: 'output', count: 2, ids: [3] });
    expect([rows.angle, rows.turned, rows.tokens[0]?.angle]).toEqual([null, [], null]);
    expect(rows.resized).toHaveLength(2);
  });

  it('is compared with one of another vocabulary by the characters', async () => {
    await load();
    expect(await engine.loadOther({ path: other.path })).toMatchObject({ runs: 'together', sameVocabulary: false });
    const found = await engine.textInBoth({ text: 'The The', count: 3 });
    if (found.kind !== 'other') throw new Error('The two models have one vocabulary.');
    expect(found.spans.length).toBeGreaterThan(0);
    for (const side of [0, 1] as const) {
      expect(found.tokens[side].length).toBe(found.surprisal[side].length);
      const bits = found.spans.reduce((sum, { surprisal }) => sum + surprisal[side], 0);
      const characters = found.spans.reduce((sum, { start, end }) => sum + end - start, 0);
      expect(found.bitsPerCharacter[side]).toBeCloseTo(bits / characters, 9);
    }
    const one = async (text: string) => (await engine.tokenise({ text })).tokens.at(-1)?.id ?? -1;
    const ids = [await one('T'), await one('h'), await one('e')];
    const appended = await engine.textInBoth({ text: 'The The', appended: { from: 4, ids }, count: 3 });
    if (appended.kind !== 'other') throw new Error('The two models have one vocabulary.');
    expect(appended.tokens[0].slice(-3).map(({ id }) => id)).toEqual(ids);
    expect(appended.tokens[1]).toEqual(found.tokens[1]);
    for (const call of [
      engine.rowsInBoth({ matrix: 'input', count: 1, ids: [] }),
      engine.neighboursInBoth({ id: 1, matrix: 'input', count: 1 }),
      engine.positionInBoth({ text: 'The', position: 0, count: 1 }),
    ])
      await expect(call).rejects.toThrow(/different vocabularies/);
  });

  it('is compared by its matrices alone with one that cannot run, and the reason is told', async () => {
    await engine.load({ path: writeTiny(), threads: 1 });
    const said = await engine.loadOther({ path: strange.path });
    expect(said).toMatchObject({
      runs: 'none',
      sameVocabulary: true,
      refusal: { message: expect.stringMatching(/strange/) as string },
    });
    expect((await engine.rowsInBoth({ matrix: 'input', count: 3, ids: [] })).turned).toHaveLength(3);
    await expect(engine.textInBoth({ text: 'The', count: 1 })).rejects.toThrow(said.refusal?.message);
    await engine.load({ path: writeTiny(), threads: 1, geometryOnly: true });
    expect(await engine.loadOther({ path: writeTiny() })).toMatchObject({ runs: 'none' });
    expect((await engine.rowsInBoth({ matrix: 'output', count: 3, ids: [] })).angle?.most).toBe(0);
  });

  it('is not compared with one whose rows are all zeros', async () => {
    const { path, folder: zeros } = writeTinyModel({ change: (row) => letters.forEach((_, id) => row(id).fill(0)) });
    await engine.load({ path: writeTiny(), threads: 1, geometryOnly: true });
    await engine.loadOther({ path });
    await expect(engine.rowsInBoth({ matrix: 'input', count: 3, ids: [0] })).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(/^Every token has a row of zeros in one of the two models/) as string,
    });
    rmSync(zeros, { recursive: true });
  });

  it('stops a comparison whose other model is released, and goes on', async () => {
    await load();
    await engine.loadOther({ path: familyPath('qwen3') });
    const calls = [engine.textInBoth({ text, count: 3 }), engine.rowsInBoth({ matrix: 'input', count: 1, ids: [] })];
    const ended = Promise.allSettled(calls);
    await engine.releaseOther({});
    for (const outcome of await ended)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    expect((await engine.run({ text })).length).toBeGreaterThan(2);
  });

  it('goes no further once a comparison is cancelled', async () => {
    await load();
    await engine.loadOther({ path: familyPath('qwen3') });
    for (const call of [
      (control: object) => engine.textInBoth({ text, count: 3 }, control),
      (control: object) => engine.rowsInBoth({ matrix: 'input', count: 3, ids: [] }, control),
    ]) {
      const abort = new AbortController();
      let seen = 0;
      const onProgress = () => {
        seen++;
        abort.abort();
      };
      await expect(call({ signal: abort.signal, onProgress })).rejects.toMatchObject({ code: 'cancelled' });
      expect(seen).toBe(1);
    }
  });
});

/** One with the vocabulary of `strange`. */
function writeTiny(): string {
  const made = writeTinyModel();
  const path = join(folder, 'tiny.gguf');
  writeFileSync(path, readFileSync(made.path));
  rmSync(made.folder, { recursive: true });
  return path;
}
