import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes } from '../../../src/engine/weights/source';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { Progress } from '../../../src/shared/engine';
import { modelPath } from '../support/engine';
import { familyPath } from '../support/families';
import { firstLayers } from '../support/firstLayers';
import { letters, writeTinyModel } from '../support/tinyModel';

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const engine = localEngine();
const file = (name: string) => join(folder, name);

async function refusal(path: string, sha256?: string): Promise<unknown> {
  return engine.load({ path, ...(sha256 !== undefined && { sha256 }) }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The default model's first two layers with its whole vocabulary: a file that loads sooner. */
const short = firstLayers(readFileSync(modelPath), 2);
const shortPath = file('short.gguf');
writeFileSync(shortPath, short);
const otherPath = familyPath('llama-3');

/** A copy of these layers with some of its bytes changed. */
function spoiled(name: string, change: (bytes: Buffer) => void): string {
  const bytes = Buffer.from(short);
  change(bytes);
  writeFileSync(file(name), bytes);
  return file(name);
}

describe('a model file that cannot be used', () => {
  it('is missing', async () => {
    expect(await refusal(file('none.gguf'))).toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('There is no model file at') as string,
    });
  });

  it('is full of zeros', async () => {
    writeFileSync(file('zeros.gguf'), new Uint8Array(1 << 20));
    expect(await refusal(file('zeros.gguf'))).toMatchObject({ code: 'model-damaged' });
  });

  it('has another hash than it should', async () => {
    const path = spoiled('changed.gguf', (bytes) =>
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1),
    );
    expect(await refusal(path, defaultModel.sha256)).toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(/SHA-256 .*expected b179c9523d0e.*Install Vectorscope again/) as string,
    });
  });

  it.each([24, 1_000_000, short.length - 1])('is cut after %d bytes', async (length) => {
    const path = file('cut.gguf');
    writeFileSync(path, short.subarray(0, length));
    expect(await refusal(path)).toMatchObject({ code: 'model-damaged' });
  });

  it.each([1, -1])('has other rows than tokens, %d more', async (more) => {
    const { path, folder: tiny } = writeTinyModel({ rows: letters.length + more });
    expect(await refusal(path)).toMatchObject({
      code: 'model-damaged',
      message: expect.stringContaining(
        `tokenizer.ggml.tokens (len) is ${letters.length}; expected: ${letters.length + more}.`,
      ) as string,
    });
    rmSync(tiny, { recursive: true });
  });

  it('has an embedding of zeros, and is told by the self-check', async () => {
    const { path, folder: tiny } = writeTinyModel({ change: (row) => letters.forEach((_, id) => row(id).fill(0)) });
    expect(await refusal(path)).toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(/^The model failed its self-check: (?!.*NaN)/) as string,
    });
    rmSync(tiny, { recursive: true });
  });

  it('has a block with an infinite scale, which is told by tensor and row', async () => {
    const tensor = readGguf(fromBytes(short)).tensors.get('blk.1.ffn_down.weight');
    expect(tensor).toMatchObject({ type: 'Q4_1', shape: [576, 1536] });
    const rowBytes = (1536 / 32) * 20;
    const path = spoiled('infinite.gguf', (bytes) =>
      bytes.writeUInt16LE(0x7c00, (tensor?.offset ?? 0) + 500 * rowBytes + 20),
    );
    expect(await refusal(path)).toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(/blk\.1\.ffn_down\.weight\[500\] holds NaN or infinity/) as string,
    });
  });

  /** Writes another value behind a 32-bit key of the header. */
  const withKey = (key: string, value: number) =>
    spoiled(`${key}.gguf`, (bytes) => {
      const at = bytes.indexOf(key) + key.length + 4;
      bytes.writeUInt32LE(value, at);
    });

  it('has tensors that no equation reads', async () => {
    expect(await refusal(withKey('llama.block_count', 1))).toMatchObject({
      code: 'geometry-only',
      message: expect.stringMatching(/not read 9 of the model’s tensors, such as “blk\.1\./) as string,
    });
  });

  it('rotates a part of each head only', async () => {
    expect(await refusal(withKey('llama.rope.dimension_count', 32))).toMatchObject({
      code: 'geometry-only',
      message: expect.stringMatching(/rope\.dimension_count is 32; Vectorscope reads 64/) as string,
    });
  });

  it('leaves room for a good one', async () => {
    const stages: Progress[] = [];
    const info = await engine.load(
      { path: modelPath, sha256: defaultModel.sha256 },
      { onProgress: (progress) => stages.push(progress) },
    );
    expect(info).toMatchObject({
      name: 'SmolLM2-135M-Instruct',
      quantisation: 'Q4_1',
      mix: [
        { type: 'Q4_1', share: expect.closeTo(0.789, 3) as number },
        { type: 'Q8_0', share: expect.closeTo(0.211, 3) as number },
      ],
      architecture: 'llama',
      dimensions: 576,
      trunk: { layers: 30, heads: 9, keyValueHeads: 3, feedForward: 1536 },
      tied: true,
      fileBytes: 98_362_432,
    });
    expect(new Set(stages.map(({ stage }) => stage))).toEqual(
      new Set(['header', 'hash', 'tokenizer', 'embedding', 'layers', 'check']),
    );
    stages.forEach(({ fraction }, i) => expect(fraction).toBeGreaterThanOrEqual(stages[i - 1]?.fraction ?? 0));
    expect(stages.at(-1)?.fraction).toBe(1);
    for (const { deviation, allowed } of info.checks) expect(deviation).toBeLessThanOrEqual(allowed);
    expect(info.checks.map(({ what }) => what.message)).toContain('logits are those of the reference');
  });

  it('does not stop a load of another file that follows', async () => {
    await refusal(file('none.gguf'));
    await expect(engine.load({ path: shortPath })).resolves.toMatchObject({ vocabulary: 49_152 });
  });
});

describe('another model', () => {
  it('waits until the run on the old one has stopped', async () => {
    const fresh = localEngine();
    await fresh.load({ path: otherPath });
    let run: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      run = fresh.run({ text: 'All work and no play makes a dull day. '.repeat(30) }, { onProgress: () => resolve() });
    });
    const stopped = expect(run).rejects.toMatchObject({ code: 'cancelled' });
    await fresh.load({ path: familyPath('gpt2') });
    await stopped;
    await expect(fresh.run({ text: 'The' })).resolves.toMatchObject({ length: 1 });
    await fresh.close();
  });
});

describe('a load that several wait for', () => {
  it('goes on for the others when one stops waiting, and tells each how far it is', async () => {
    const fresh = localEngine();
    const abort = new AbortController();
    const told: Progress[] = [];
    const first = fresh.load(
      { path: otherPath },
      { signal: abort.signal, onProgress: ({ stage }) => stage === 'tokenizer' && abort.abort() },
    );
    const second = fresh.load({ path: otherPath }, { onProgress: (progress) => told.push(progress) });
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await expect(second).resolves.toMatchObject({ name: 'llama-3' });
    expect(told.at(-1)?.fraction).toBe(1);
    await fresh.close();
  });
});

describe('a cancelled load', () => {
  it('is forgotten, so that the next one begins anew', async () => {
    const fresh = localEngine();
    const abort = new AbortController();
    const load = fresh.load(
      { path: otherPath },
      { signal: abort.signal, onProgress: ({ stage }) => stage === 'tokenizer' && abort.abort() },
    );
    await expect(load).rejects.toMatchObject({ code: 'cancelled' });
    await expect(fresh.run({ text: 'The' })).rejects.toMatchObject({
      code: expect.stringMatching(/cancelled|bad-request/) as string,
    });
    await expect(fresh.load({ path: otherPath })).resolves.toMatchObject({ name: 'llama-3' });
    await fresh.close();
  });
});
