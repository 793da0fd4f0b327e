import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { boolean, number, text, texts } from '../support/ggufWriter';
import { letters, writeTinyModel } from '../support/tinyModel';

// Texts longer than the model's own context, which is far below the usual limit.

const long = 'The capital of France is Paris; '.repeat(40);

describe('a text longer than the model reads', () => {
  // Of learned positions there are no more than these.
  const reads = 96;
  const engine = localEngine();
  beforeAll(async () => {
    const { trunk } = await engine.load({
      path: fileURLToPath(new URL('../../fixtures/families/gpt2.gguf', import.meta.url)),
      threads: 1,
    });
    expect(trunk?.contextLength).toBe(reads);
  });
  afterAll(() => engine.close());

  it('is run as far as it goes, the others counted', async () => {
    const { total, leftOut, contextCount } = await engine.tokenise({ text: long });
    expect(total).toBeGreaterThan(3 * reads);
    expect({ contextCount, leftOut }).toEqual({ contextCount: 0, leftOut: total - reads });
    const run = await engine.run({ text: long });
    expect(run.length).toBe(reads);
    expect(run.entropy).toEqual((await engine.run({ text: long, limit: reads })).entropy);
    const inspection = await engine.inspect({ text: long, neighbours: 0, top: 3, layers: true, centred: false });
    expect(inspection.leftOut).toBe(total - reads);
    expect([
      inspection.tokens.length,
      inspection.predictions?.length,
      inspection.layers?.residualSize[0]?.length,
    ]).toEqual([total, reads, reads]);
    expect((await engine.journey({ text: long, position: reads - 1 })).next?.id).toBe(inspection.tokens[reads]?.id);
    await expect(engine.journey({ text: long, position: reads })).rejects.toThrow(
      `position is ${reads}. Give 0 to ${reads - 1}.`,
    );
    expect((await engine.lab({ name: 'length', options: { text: long } })).name).toBe('length');
  });

  it('keeps a lower limit', async () => {
    const { total, leftOut } = await engine.tokenise({ text: long, limit: 50 });
    expect(leftOut).toBe(total - 50);
  });

  it('comes before the context, which keeps the room that is left', async () => {
    const asked = { context: long, contextTokens: 256 };
    for (const [own, limit, context] of [
      [' Paris is', 512, undefined],
      [long, 60, reads - 60],
      [long, reads, 0],
      [long, 512, 0],
    ] as const) {
      const { total, leftOut, contextCount } = await engine.tokenise({ text: own, limit, ...asked });
      const kept = context ?? reads - total;
      expect({ contextCount, covered: total - leftOut }).toEqual({ contextCount: kept, covered: reads - kept });
      const run = await engine.run({ text: own, limit, ...asked });
      expect(run.length).toBe(reads);
    }
    // A context that fits is left as it is asked for.
    expect(await engine.tokenise({ text: ' Paris', context: long, contextTokens: 20 })).toMatchObject({
      contextCount: 20,
      leftOut: 0,
    });
  });
});

describe('a model that wants a token before every text', () => {
  // What the tiny model reads.
  const reads = 64;
  const engine = localEngine();
  const tokenizer = [
    text('tokenizer.ggml.model', 'gpt2'),
    text('tokenizer.ggml.pre', 'gpt-2'),
    texts('tokenizer.ggml.merges', []),
    boolean('tokenizer.ggml.add_bos_token', true),
    number('tokenizer.ggml.bos_token_id', letters.indexOf('<s>')),
  ];
  const { path, folder } = writeTinyModel({ tokenizer });
  beforeAll(() => engine.load({ path }));
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it('reads that token too', async () => {
    const hundred = 'that'.repeat(25);
    const positions = async (request: { text: string; context?: string; limit?: number }) => {
      const { contextCount, total, leftOut } = await engine.tokenise(request);
      expect((await engine.run(request)).length).toBe(contextCount + total - leftOut);
      return [contextCount, total, leftOut];
    };
    expect(await positions({ text: hundred })).toEqual([0, 101, 101 - reads]);
    expect(await positions({ text: 'that', context: hundred })).toEqual([reads - 4, 4, 0]);
    expect(await positions({ text: hundred, context: hundred, limit: 62 })).toEqual([2, 100, 38]);
    expect(await positions({ text: hundred, context: hundred, limit: 63 })).toEqual([0, 101, 38]);
  });
});

it('has no bound where only the geometry was loaded', async () => {
  const engine = localEngine();
  await engine.load({
    path: fileURLToPath(new URL('../../fixtures/families/gpt2.gguf', import.meta.url)),
    threads: 1,
    geometryOnly: true,
  });
  const { total, leftOut } = await engine.tokenise({ text: long, limit: 200 });
  expect(leftOut).toBe(total - 200);
  await engine.close();
});
