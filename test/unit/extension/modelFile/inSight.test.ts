import { expect, it } from 'vitest';
import { inAnySight } from '../../../../src/extension/modelFile/openFile';

it('computes what one editor of a file has in sight, whatever another has', () => {
  expect(inAnySight([{ scope: true }, { scope: false, journey: true }])).toEqual({ scope: true, journey: true });
  expect(inAnySight([{ scope: false }, {}])).toEqual({});
  expect(inAnySight([])).toEqual({});
});
