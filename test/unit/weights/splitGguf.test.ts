import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { number } from '../support/ggufWriter';
import { numbersOf } from '../support/numbersOf';
import { partsOf, writeParts } from '../support/splitModel';

// Models that are split into several GGUF files.

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-split-'));
afterAll(() => rmSync(folder, { recursive: true }));
const whole = fileURLToPath(new URL('../../fixtures/families/llama-untied.gguf', import.meta.url));
const refusal = (path: string) => localEngine().describe({ path });

describe('a model in three files', () => {
  const paths = writeParts(join(folder, 'three'), 'Tiny-F32', partsOf(whole, 3));

  it.each([0, 1, 2])('opens as one model by its part %i, and is the model in one file', async (part) => {
    const [split, one] = [localEngine(), localEngine()];
    try {
      const [there, here] = [
        await split.load({ path: paths[part] as string, threads: 1 }),
        await one.load({ path: whole, threads: 1 }),
      ];
      expect(there.name).toBe('Tiny-F32');
      const { layout, ...asOne } = there;
      expect(layout).toBe('parts');
      expect({ ...asOne, name: '', fileBytes: 0, files: [] }).toEqual({ ...here, name: '', fileBytes: 0, files: [] });
      expect(there.files?.map((file) => file.path)).toEqual(paths);
      const [ofParts, ofOne] = [await split.run({ text: 'The cat' }), await one.run({ text: 'The cat' })];
      expect(numbersOf(ofParts)).toEqual(numbersOf(ofOne));
    } finally {
      await Promise.all([split.close(), one.close()]);
    }
  });

  it('has no SHA-256', () =>
    expect(localEngine().load({ path: paths[0] as string, sha256: 'abc', threads: 1 })).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('consists of several files') as string,
    }));

  it('is described as a whole', async () => {
    const { parameters, verdict } = await refusal(paths[1] as string);
    expect({ parameters, verdict }).toEqual({
      parameters: (await refusal(whole)).parameters,
      verdict: 'runs',
    });
  });
});

describe('refuses', () => {
  it('a model without one of its parts, by the name of the part', async () => {
    const [first, second] = writeParts(join(folder, 'gap'), 'Tiny', partsOf(whole, 3));
    rmSync(second as string);
    await expect(refusal(first as string)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringMatching(/split into 3 files, and “Tiny-00002-of-00003\.gguf” is missing/) as string,
    });
  });

  it.each([
    ['of another number', 'split.no', 0, /is 0 \/ 3; expected: 1 \/ 3/],
    ['of a model in other parts', 'split.count', 4, /is 1 \/ 4; expected: 1 \/ 3/],
  ])('a part %s', async (name, key, value, message) => {
    const parts = partsOf(whole, 3, (keys, part) =>
      part === 1 ? keys.map((one) => (one.key === key ? number(key, value) : one)) : keys,
    );
    const [first] = writeParts(join(folder, name), 'Tiny', parts);
    await expect(refusal(first as string)).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(message) as string,
    });
  });

  it('parts that do not hold as many tensors as the first says', async () => {
    const parts = partsOf(whole, 2, (keys) =>
      keys.map((one) => (one.key === 'split.tensors.count' ? number(one.key, 99) : one)),
    );
    const [first] = writeParts(join(folder, 'few'), 'Tiny', parts);
    await expect(refusal(first as string)).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(/split\.tensors\.count is 99; expected: \d+/) as string,
    });
  });

  it('a tensor that two parts hold', async () => {
    const parts = partsOf(whole, 2);
    const twice = partsOf(whole, 1, () => [number('split.no', 1), number('split.count', 2)]);
    const [first] = writeParts(join(folder, 'twice'), 'Tiny', [parts[0] as Uint8Array, twice[0] as Uint8Array]);
    await expect(refusal(first as string)).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(/occurs twice/) as string,
    });
  });
});
