import { afterAll, beforeAll, expect, it } from 'vitest';
import { dot, norm } from '../../../src/engine/arrays/vectors';
import { panelRoom } from '../../../src/engine/kernels/storedRows';
import { Team } from '../../../src/engine/kernels/team';
import { sampleRows, signVectors, unpackingDeviation } from '../../../src/engine/model/selfCheck';
import { tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { Dice } from '../kernels/support';

let team: Team;
beforeAll(async () => void (team = await Team.start(1)));
afterAll(() => team.close());

/** Bytes of random blocks. What is no finite number becomes one. */
function randomRows(type: TensorType, rows: number, columns: number): Uint8Array {
  const dice = new Dice(tensorTypes[type].ggufId);
  const { length, bytes } = tensorTypes[type];
  const size = (rows * columns) / length;
  if (length === 1)
    return new Uint8Array(
      (type === 'F32' ? dice.floats(size, 1) : Uint16Array.from({ length: size }, () => 0x3000 + dice.below(0x400)))
        .buffer,
    );
  const data = Uint8Array.from({ length: size * bytes }, () => dice.below(256));
  const scales: Partial<Record<TensorType, readonly number[]>> = {
    Q4_1: [0, 2],
    Q5_1: [0, 2],
    Q2_K: [80, 82],
    Q3_K: [108],
    Q4_K: [0, 2],
    Q5_K: [0, 2],
    Q6_K: [208],
    TQ1_0: [52],
    TQ2_0: [64],
    MXFP4: [],
    NVFP4_SCALED: [],
    F8_E4M3_SCALED: [],
    IQ1_M: [],
  };
  for (let block = 0; block < size; block++) {
    if (type === 'MXFP4') data[block * bytes] = 118 + dice.below(8);
    if (type.endsWith('_SCALED')) data[block * bytes + 3] = 0x3c;
    // Its scale is in the high four bits of four numbers, the highest in the last byte.
    if (type === 'IQ1_M') data[block * bytes + 55] = 0x20 + dice.below(16);
    for (const at of scales[type] ?? [0])
      new DataView(data.buffer).setUint16(block * bytes + at, 0x2800 + dice.below(0x400), true);
  }
  return data;
}

it.each(Object.keys(tensorTypes) as TensorType[])(
  'finds any one wrong number of a block of %s, whatever its place and row',
  async (type) => {
    const [rows, columns] = [18, 512];
    const rowBytes = (columns / tensorTypes[type].length) * tensorTypes[type].bytes;
    const bytes = randomRows(type, rows, columns);
    const memory = team.memory(32 * rowBytes + 2 * panelRoom + 32 * columns * 4);
    const [at, room, out] = [
      memory.allocate(32 * rowBytes),
      memory.allocate(panelRoom),
      memory.allocate(32 * columns * 4),
    ];
    memory.raw(at, bytes.length).set(bytes);
    await team.run(memory, () => ({
      kind: 'unpack',
      matrix: { at, type: tensorTypes[type].ggufId, rowBytes, columns },
      groups: 2,
      columns,
      out,
      room: { at: room, bytes: panelRoom },
    }));
    const unpacked = memory.floats(out, 32 * columns).slice();
    team.forget(memory);
    const sample = { type, bytes, rowBytes, columns };
    expect(unpackingDeviation(sample, unpacked)).toBe(0);
    const dice = new Dice(1);
    for (let tried = 0; tried < 40; tried++) {
      const [row, column] = [dice.below(rows), dice.below(columns)];
      const place = (Math.floor(row / 16) * columns + column) * 16 + (row % 16);
      for (const wrong of [1e-3, NaN, Infinity]) {
        const spoiled = unpacked.slice();
        (spoiled[place] as number) += wrong;
        expect(unpackingDeviation(sample, spoiled), `row ${row}, column ${column}`).not.toBe(0);
      }
    }
  },
);

it('chooses rows that stand in all sixteen places of a panel, within the matrix', () => {
  for (const vocabulary of [1, 5, 17, 64, 65, 1000, 49_152, 151_936]) {
    const ids = sampleRows(vocabulary);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < vocabulary)).toBe(true);
    expect(new Set(ids.map((id) => id % 16)).size).toBe(Math.min(16, vocabulary));
  }
});

it('weighs every entry of a row alike: one that is half as large again is seen beside large ones', () => {
  const dimensions = 4096;
  const row = new Dice(3).floats(dimensions, 1);
  row[7] = 50;
  for (const vector of signVectors(2, dimensions)) {
    expect(vector.every((sign) => Math.abs(sign) === 1)).toBe(true);
    for (const column of [0, 100, 4095]) {
      const spoiled = row.slice();
      (spoiled[column] as number) *= 1.5;
      expect(Math.abs(dot(vector, spoiled) - dot(vector, row)) / (Math.sqrt(dimensions) * norm(row))).toBeGreaterThan(
        1e-6,
      );
    }
  }
});
