import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import { EngineError } from '../../../src/shared/errors';
import { Dice } from '../kernels/support';
import { wrongNumbers } from '../support/float64';
import { sampled } from '../support/sample';

// Weights that were damaged in ways that leave them finite: what is shown is what float64 gives, or the model is
// refused.

const families = fileURLToPath(new URL('../../fixtures/families/', import.meta.url));
const names = readdirSync(families).filter((name) => name.endsWith('.gguf'));
const folder = mkdtempSync(join(tmpdir(), 'vectorscope-damaged-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bound = (value: number): number => Math.max(-3e38, Math.min(3e38, value));

/** Changes some numbers of one tensor of float32. Returns what was done. */
function damage(floats: Float32Array, width: number, dice: Dice): string {
  switch (dice.below(4)) {
    case 0: {
      const [at, bit] = [dice.below(floats.length), 23 + dice.below(9)];
      const bits = new Uint32Array(floats.buffer);
      const flipped = ((bits[at] as number) ^ (1 << bit)) >>> 0;
      // NaN and infinities are refused where they are read.
      if ((flipped & 0x7f800000) !== 0x7f800000) bits[at] = flipped;
      return `bit ${bit} of number ${at}`;
    }
    case 1: {
      const scale = 10 ** (dice.below(60) - 30);
      floats.forEach((value, i) => (floats[i] = bound(value * scale)));
      return `all numbers times ${scale}`;
    }
    case 2: {
      const [row, scale] = [dice.below(floats.length / width), 10 ** (dice.below(60) - 30)];
      for (let i = row * width; i < (row + 1) * width; i++) floats[i] = bound((floats[i] as number) * scale);
      return `row ${row} times ${scale}`;
    }
    default:
      floats.fill(0);
      return 'zeros';
  }
}

const rounds = sampled(6, 25);

it.each([1, 2, 3, 4])('changes of one tensor, seed %i', async (seed) => {
  const dice = new Dice(seed);
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const name = names[dice.below(names.length)] as string;
    const source = join(families, name);
    const weights = readGguf(openSource(source));
    const tensors = [...weights.tensors.values()].filter(
      ({ type, name: of }) => type === 'F32' && (round % 2 === 0 || /token_embd|output|norm/.test(of)),
    );
    weights.close();
    const { name: tensor, offset, byteLength, shape } = tensors[dice.below(tensors.length)] as (typeof tensors)[number];
    const bytes = readFileSync(source);
    const floats = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + byteLength),
    );
    const what = `${name}, ${tensor}: ${damage(floats, shape.at(-1) as number, dice)}`;
    bytes.set(new Uint8Array(floats.buffer), offset);
    const path = join(folder, `${seed}.gguf`);
    writeFileSync(path, bytes);
    const engine = localEngine();
    let model: Model | undefined;
    try {
      await engine.load({ path, threads: 1 });
      ({ model } = await loadModel({ path, threads: 1 }, undefined, () => undefined));
      expect(await wrongNumbers(engine, model, 'The cat sat on a mat'), what).toEqual([]);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      // A number that stands in the way of the layers alone leaves the geometry.
      expect(['model-damaged', 'geometry-only'], what).toContain(error.code);
      refused++;
    } finally {
      await model?.release();
      await engine.close();
    }
  }
  expect(refused).toBeLessThan(0.6 * rounds);
});
