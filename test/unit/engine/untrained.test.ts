import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { promptsOf } from '../../../src/engine/lab/repeatTokens';
import { referenceOf, untrainedCosines } from '../../../src/engine/lab/untrained';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import type { UntrainedResult } from '../../../src/shared/lab';
import { familyNames, loadedFamily } from '../support/families';
import { sampled } from '../support/sample';
import { letters, tinyDimensions, writeTinyModel, type TinyModel } from '../support/tinyModel';

/**
 * The eigenvector of a symmetric matrix with the largest eigenvalue, by the rotations of Jacobi, and its share of the
 * trace. The matrix becomes diagonal.
 */
function largestEigenvector(a: readonly Float64Array[]): { vector: Float64Array; share: number } {
  const size = a.length;
  // Rows of v are the eigenvectors.
  const v = a.map((_, i) => Float64Array.from({ length: size }, (__, j) => Number(i === j)));
  const trace = a.reduce((sum, row, i) => sum + (row[i] as number), 0);
  const turn = (x: Float64Array, y: Float64Array, c: number, s: number): void => {
    for (let k = 0; k < size; k++) {
      const [p, q] = [x[k] as number, y[k] as number];
      x[k] = c * p - s * q;
      y[k] = s * p + c * q;
    }
  };
  for (let rest = Infinity; rest > 1e-14 * trace;) {
    rest = 0;
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) {
        const [first, second] = [a[i] as Float64Array, a[j] as Float64Array];
        const beside = first[j] as number;
        rest = Math.max(rest, Math.abs(beside));
        if (Math.abs(beside) < 1e-16 * trace) continue;
        const theta = Math.atan2(2 * beside, (second[j] as number) - (first[i] as number)) / 2;
        const [c, s] = [Math.cos(theta), Math.sin(theta)];
        for (const row of a) {
          const [p, q] = [row[i] as number, row[j] as number];
          row[i] = c * p - s * q;
          row[j] = s * p + c * q;
        }
        turn(first, second, c, s);
        turn(v[i] as Float64Array, v[j] as Float64Array, c, s);
      }
    }
  }
  const values = a.map((row, i) => row[i] as number);
  const best = values.indexOf(Math.max(...values));
  return { vector: v[best] as Float64Array, share: (values[best] as number) / trace };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
const meanOf = (rows: readonly Float64Array[], d: number): Float64Array =>
  Float64Array.from({ length: d }, (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? NaN), 0) / rows.length);

/** The same from the definitions, with the whole covariance. */
function plainCosines({ directions: { matrix } }: Model, reference: readonly number[]) {
  const { vocabulary, dimensions } = matrix;
  const rows = Array.from({ length: vocabulary }, (_, id) => Float64Array.from(matrix.row(id)));
  const mean = meanOf(rows, dimensions);
  const centred = rows.map((row) => row.map((x, i) => x - (mean[i] ?? NaN)));
  const columns = Array.from({ length: dimensions }, (_, i) => Float64Array.from(centred, (row) => row[i] ?? NaN));
  const { vector, share } = largestEigenvector(
    columns.map((a) => Float64Array.from(columns, (b) => dot(a, b) / vocabulary)),
  );
  const left = rows.map((row) => {
    const along = dot(row, vector);
    return row.map((x, i) => x - along * (vector[i] ?? NaN));
  });
  const towards = meanOf(
    reference.map((id) => left[id] ?? new Float64Array(dimensions)),
    dimensions,
  );
  return { share, cosines: left.map((row) => dot(row, towards) / Math.sqrt(dot(row, row) * dot(towards, towards))) };
}

const largestDifference = (a: readonly number[], b: ArrayLike<number>): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);

describe('the indicators', () => {
  it.each(sampled(['gemma3', 'gptneox-untied', 'llama-3', 'phi3-q4'], familyNames))(
    'are those of float64, %s',
    async (name) => {
      const { model } = await loadedFamily(name);
      const reference = [3, 4, 5, 6, 7];
      const found = await untrainedCosines(model, reference, undefined, () => undefined);
      const { share, cosines } = plainCosines(model, reference);
      expect(Math.abs(found.principal - share)).toBeLessThan(1e-6);
      expect(largestDifference(cosines, found.cosines)).toBeLessThan(1e-6);
    },
  );
});

type Kind = 'unused' | 'reserved' | 'bytes' | 'other';
const numbered = (template: string) => fc.nat(300).map((number) => template.replace('N', String(number)));
const text = (kind: Kind, ...names: readonly fc.Arbitrary<string>[]) =>
  fc.oneof(...names).map((name) => ({ kind, bytes: new TextEncoder().encode(name) }));
const token: fc.Arbitrary<{ readonly kind: Kind; readonly bytes: Uint8Array }> = fc.oneof(
  text('unused', ...['<unusedN>', '[unusedN]', '<|unused_tokenN|>', '<|extra_N|>', '<extra-N>'].map(numbered)),
  text('reserved', ...['<|reserved_special_token_N|>', '<dummyN>', '[PLACEHOLDER_N]'].map(numbered)),
  text('other', ...['unusedN', '<unused> N', '<|im_start|>', 'N', '<reserved', '<0xC0>'].map(numbered)),
  fc.integer({ min: 0, max: 255 }).map((byte) => ({
    // 0xC0 and 0xC1 would begin characters that have shorter forms; from 0xF5 on they would lie beyond Unicode.
    kind: byte === 0xc0 || byte === 0xc1 || byte > 0xf4 ? ('bytes' as const) : ('other' as const),
    bytes: Uint8Array.of(byte),
  })),
);

const modelOf = (tokens: readonly { readonly bytes: Uint8Array }[]): Model =>
  ({
    tokenizer: {
      bytesOf: (id: number) => tokens[id]?.bytes ?? new Uint8Array(),
      textOf: (id: number) => new TextDecoder().decode(tokens[id]?.bytes),
    },
    vocabulary: { length: tokens.length },
  }) as unknown as Model;

describe('the reference', () => {
  it('is the first hundred of the surest kind that there is', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 300 }), (tokens) => {
        const ids = (wanted: Kind) => tokens.flatMap(({ kind }, id) => (kind === wanted ? [id] : []));
        const kind = (['unused', 'reserved', 'bytes'] as const).find((one) => ids(one).length > 0);
        if (kind) expect(referenceOf(modelOf(tokens), {})).toEqual({ kind, ids: ids(kind).slice(0, 100) });
        else
          expect(() => referenceOf(modelOf(tokens), {})).toThrow('Give the ids of some, from the first to the last.');
      }),
    );
  });

  it('is what was named, one token or several', () => {
    const model = modelOf(Array.from({ length: 9 }, () => ({ bytes: Uint8Array.of(0x61) })));
    expect(referenceOf(model, { from: 3, to: 5 })).toEqual({ kind: 'given', ids: [3, 4, 5] });
    expect(referenceOf(model, { from: 6 }).ids).toEqual([6, 7, 8]);
    expect(referenceOf(model, { to: 2 }).ids).toEqual([0, 1, 2]);
    expect(() => referenceOf(model, { from: 5, to: 3 })).toThrow('begins at 5 and ends at 3; give the lower id first.');
    expect(() => referenceOf(model, { from: 3, to: 9 })).toThrow('token id is 9');
  });
});

const open: { readonly engine: LocalEngine; readonly folder: string }[] = [];
afterEach(async () => {
  for (const { engine, folder } of open.splice(0)) {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
});

async function tiny(model: TinyModel): Promise<LocalEngine> {
  const { path, folder } = writeTinyModel(model);
  const engine = localEngine();
  open.push({ engine, folder });
  await engine.load({ path, geometryOnly: true, threads: 1 });
  return engine;
}

async function lab(engine: LocalEngine, from?: number, to?: number): Promise<UntrainedResult> {
  const options = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const found = await engine.lab({ name: 'untrained', options });
  if (found.name !== 'untrained') throw new Error(found.name);
  return found.result;
}

describe('the experiment', () => {
  it('finds rows that were moved as the reference was, and says what makes their tokens', async () => {
    const moved = [1, 2, 3, 4, 5, 9, letters.length - 1];
    const change: TinyModel['change'] = (row) => {
      for (const id of moved)
        row(id).set(Float64Array.from({ length: tinyDimensions }, (_, i) => 1 + 0.01 * ((i * id) % 7)));
    };
    const { found, nearest, control, reference } = await lab(await tiny({ change }), 1, 5);
    expect(
      nearest
        .slice(0, 2)
        .map(({ id }) => id)
        .sort((a, b) => a - b),
    ).toEqual([9, letters.length - 1]);
    expect(found).toEqual({ text: 1, control: 1, partial: 0, unreachable: 0 });
    expect(control.map(({ text }) => text)).toEqual(['<s>']);
    expect(reference).toMatchObject({ kind: 'given', count: 5, examples: [1, 2, 3, 4, 5].map((id) => ({ id })) });
  });

  it('needs no more tokens than the reference, and finds nothing beside it', async () => {
    const engine = await tiny({ tokens: ['<unused0>', '<unused1>', '<unused2>'] });
    expect(await lab(engine)).toMatchObject({
      reference: { kind: 'unused', count: 3, smaller: 0 },
      found: { text: 0, control: 0, partial: 0, unreachable: 0 },
      nearest: [],
      control: [],
    });
  });

  it('takes rows of zeros for rows without a direction', async () => {
    const some = await lab(await tiny({ change: (row) => void row(4).fill(0) }), 1, 3);
    expect(some.nearest.find(({ id }) => id === 4)?.cosine).toBe(0);
    const all = await tiny({ change: (row) => letters.forEach((_, id) => row(id).fill(0)) });
    expect(await lab(all, 1, 3)).toMatchObject({ principal: 0, bound: 0, found: { text: 0, control: 0 } });
  });

  it('stops when it is cancelled, and starts anew after that', async () => {
    const engine = await tiny({});
    const abort = new AbortController();
    const running = engine.lab(
      { name: 'untrained', options: { from: 1, to: 2 } },
      { signal: abort.signal, onProgress: () => abort.abort() },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(lab(engine, 1, 2)).resolves.toMatchObject({ vocabulary: letters.length });
  });
});

describe('asking a model to repeat tokens', () => {
  it.each(['llama-3', 'gemma3', 'gpt2', 'phi2'])(
    'gives the probabilities that a run of the prompts gives, %s',
    async (name) => {
      const { engine, model } = await loadedFamily(name);
      const ids = [3, 10];
      const told: number[] = [];
      const found = await engine.verifyUntrained({ ids }, { onProgress: ({ fraction }) => void told.push(fraction) });
      expect(told.at(-1)).toBe(1);
      expect(found.map(({ id }) => id)).toEqual(ids);
      for (const { id, byPrompt, probability } of found) {
        expect(probability).toBe(Math.max(...byPrompt));
        for (const [index, prompt] of promptsOf(model).entries()) {
          const text = prompt(id);
          const { surprisal } = await engine.measureWindow({ ids: Int32Array.from([...text, id]), from: text.length });
          expect(byPrompt[index]).toBeCloseTo(2 ** -(surprisal[0] ?? NaN), 6);
        }
      }
    },
  );

  it('refuses none, too many, and what the vocabulary lacks; and stops when it is cancelled', async () => {
    const { engine } = await loadedFamily('llama-3');
    await expect(engine.verifyUntrained({ ids: [] })).rejects.toThrow('number of ids is 0. Give 1 to 50.');
    await expect(engine.verifyUntrained({ ids: new Array<number>(51).fill(1) })).rejects.toThrow('Give 1 to 50');
    await expect(engine.verifyUntrained({ ids: [1e6] })).rejects.toThrow('token id');
    const abort = new AbortController();
    const running = engine.verifyUntrained(
      { ids: [3, 4, 5] },
      { signal: abort.signal, onProgress: () => abort.abort() },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says of a model that reads too little that no prompt fits', () => {
    const tokenizer = { first: undefined, encode: (written: string) => ({ ids: new Uint32Array(written.length) }) };
    const model = { tokenizer, contextLength: 12 } as unknown as Model;
    expect(() => promptsOf(model)).toThrow('The model reads 12 tokens at a time, and every prompt has more.');
  });
});
