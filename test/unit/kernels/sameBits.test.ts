import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { familyPath } from '../support/families';

// Two builds of the kernels. The specification of WebAssembly leaves the rounding of relaxed SIMD to the processor, and
// no other result of an instruction that the kernels have.

/**
 * Instructions of relaxed SIMD: 0xfd, then 0x100 to 0x113 as LEB128. Other bytes may look the same, so none proves that
 * there is no such instruction, and some do not prove that there is one.
 */
function relaxedInstructions(name: string): number {
  const bytes = readFileSync(new URL(`../../../dist/kernels/${name}.wasm`, import.meta.url));
  return bytes.filter((byte, i) => {
    const [next = 0, last] = [bytes[i + 1], bytes[i + 2]];
    return byte === 0xfd && next >= 0x80 && next <= 0x93 && last === 2;
  }).length;
}

describe.each(['own', 'shared'])('over %s memory', (memory) => {
  it('the plain build has no instruction that may round differently on another processor', () =>
    expect(relaxedInstructions(`plain-${memory}`)).toBe(0));

  it('the other build has such instructions', () =>
    expect(relaxedInstructions(`relaxed-${memory}`)).toBeGreaterThan(100));
});

describe.each([
  ['gpt2', '98d134dd1d375570'],
  ['llama-untied', '3478ea1c1a72b147'],
])('%s', (name, recorded) => {
  /** SHA-256 of h at all positions, and what the model says of itself. */
  async function hiddenBits(sameBits: boolean) {
    const engine = localEngine();
    const { notices, vectorBits } = await engine.load({ path: familyPath(name), threads: 1, sameBits });
    const hidden = await engine.hidden({ text: 'The capital of France is' });
    await engine.close();
    const bytes = new Uint8Array(hidden.buffer, hidden.byteOffset, hidden.byteLength);
    return {
      notices: notices.map(({ message }) => message),
      vectorBits,
      hash: createHash('sha256').update(bytes).digest('hex'),
    };
  }

  it('has the recorded bits on any processor with the plain build, and says so', async () => {
    const { notices, vectorBits, hash } = await hiddenBits(true);
    expect(hash.slice(0, 16)).toBe(recorded);
    expect(vectorBits).toBe(128);
    expect(notices.join()).toContain('--same-bits');
  });

  it('has its own bits with the other build, the same each time', async () => {
    const [first, second] = [await hiddenBits(false), await hiddenBits(false)];
    expect(first).toEqual(second);
    expect(first.notices.join()).not.toContain('--same-bits');
  });
});
