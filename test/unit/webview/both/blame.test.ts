import { describe, expect, test } from 'vitest';
import type { TensorChange } from '../../../../src/shared/blame';
import { blameFinding, tensorsFinding } from '../../../../src/shared/blameWords';
import { english } from '../../../../src/shared/translator';
import { partMap, partStep } from '../../../../src/webview/both/blameMap';
import { blamed, blamedPart } from '../../support/fakeBoth';

const known = (reverse = false) => blamed({ position: 2, by: 'parts', reverse });
const says = (blame = known(), isDone = true) => blameFinding(blame, 'divergence', isDone, ['F16', 'Q4_0'], english);

describe('the finding', () => {
  test('names the costliest part beside the whole, and the sum once all parts are known', () => {
    const most = 'Costliest part of Q4_0: feed-forward of layer 1. Alone it costs 1.50 bits, all of them 2.00';
    expect(says(known(), false)).toBe(most.replace(':', ' so far:'));
    expect(says()).toBe(
      `${most}. One by one the parts add up to 2.50 bits. They act on one another, so the sum need not be the whole`,
    );
    const small = Array.from({ length: 8 }, (_, layer) => blamedPart({ kind: 'layer', layer }, 0.01));
    expect(says({ ...known(), parts: small })).toContain('Alone it costs 0.0100 bits, all of them 2.00. One');
    expect(says({ ...known(), parts: small })).toContain('add up to 0.08 bits.');
    expect(says({ ...known(), parts: [blamedPart({ kind: 'norm' }, 0)] })).toBe(
      'No part of Q4_0 alone changes what F16 predicts',
    );
  });

  test('names in reverse the part that wins most', () => {
    expect(says(known(true), false)).toBe(
      'Best kept from F16 so far: attention of layer 0. That wins 1.88 of 2.00 bits',
    );
  });

  test('says whether the tensors that changed most matter most, and what a bit would buy', () => {
    const tensor = (name: string, error: number, weights: number): TensorChange => ({
      ...{ name, error, shape: [weights / 2, 2], angle: 1, ratio: 1, worst: null, bitsPerWeight: [16, 4.5] },
    });
    const tensors = [tensor('a', 0.1, 8e6), tensor('b', 0.2, 8e6)];
    const of = (a: number, b: number) =>
      tensorsFinding(
        { tensors, every: 1, unlike: [] },
        new Map([
          ['a', a],
          ['b', b],
        ]),
        english,
      );
    expect(of(0.1, 0.4)).toEqual([
      'b changed most, by 20.0 % of its size, and it matters most here (0.40 bits)',
      'One more bit a weight buys most in b: 1.00 MB for about 0.30 bits, if it halves the error',
    ]);
    expect(of(0.4, 0.1)[0]).toBe(
      'b changed most, by 20.0 % of its size, but a matters most here: 0.40 bits, for a change of 10.0 %',
    );
  });
});

test('the map has a row for each kind and one for the ends, and keys move in it', () => {
  const parts = [...known().parts, blamedPart({ kind: 'norm' }, 0), blamedPart({ kind: 'matrix', side: 'output' }, 0)];
  const { names, cells } = partMap(parts, 6);
  expect(names).toEqual(['attention', 'feedForward']);
  expect(cells.map(({ row, from, to }) => [row, from, to])).toEqual([
    ...[
      [0, 0, 1],
      [0, 1, 2],
      [1, 0, 1],
      [1, 1, 2],
    ],
    ...[
      [2, 0, 2],
      [2, 2, 4],
      [2, 4, 6],
    ],
  ]);
  const to = (key: string, at: number) => partStep(key, at, cells);
  expect([to('ArrowRight', 0), to('ArrowDown', 1), to('ArrowDown', 3), to('ArrowUp', 4), to('End', 4)]).toEqual([
    1, 3, 4, 2, 6,
  ]);
  expect([to('ArrowLeft', 0), to('ArrowUp', 6), to('a', 0)]).toEqual([0, 6, null]);
  expect(partMap([blamedPart({ kind: 'attention', layer: 3, tensor: 'blk.3.attn_q.weight' }, 1)], 6).names).toEqual([
    'attn_q',
  ]);
});
