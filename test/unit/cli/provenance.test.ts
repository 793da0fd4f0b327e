import { expect, it } from 'vitest';
import type { Provenance } from '../../../src/shared/provenance';
import { callInspect, callLab, type Ended } from '../support/commandLine';
import { familyPath } from '../support/families';

const text = 'The capital of France is';
const tiny = ['--model', familyPath('llama-window'), '--json'];

async function provenance(ended: Promise<Ended>): Promise<Provenance> {
  const { code, out, err } = await ended;
  expect([code, err]).toEqual([0, '']);
  return (JSON.parse(out) as { readonly provenance: Provenance }).provenance;
}
const inspected = (...args: readonly string[]) => provenance(callInspect([...args, '--neighbours', '0', ...tiny]));

it('names what the arguments chose, as the panel names it', async () => {
  const args = [text, '--vector', 'h - #3', '--attention', '0.1,1.0', '--push', '9', '--why', '5', '4'];
  const { chosen, index, tokens, otherIds } = await inspected(...args);
  expect(chosen).toEqual({
    ...{ vector: 'h - #3', push: 9, why: [5, 4] },
    heads: [
      { layer: 0, head: 1 },
      { layer: 1, head: 0 },
    ],
  });
  expect([index, otherIds]).toEqual([(tokens ?? 0) - 1, []]);
  expect(await inspected(text)).toMatchObject({ chosen: null, index: null });
});

it('names a patch with its place in the second text, and a steered run', async () => {
  const { chosen, otherIds } = await inspected(
    ...[text, '--patch', 'The capital of Italy is', '--for', '1', '2', '--part', 'head', '--at', '1'],
  );
  expect(chosen).toEqual({ otherIndex: otherIds.length - 1, patch: { part: 'head', layer: 1, tokens: [1, 2] } });
  const { steering, ...steered } = await inspected(text, '--steer', '#5', '--at', '0');
  expect(steering).toMatchObject({ expression: '#5', layer: 1 });
  expect(steered.index).toBe((steered.tokens ?? 0) - 1);
});

it('names a vector that needs no text, and the options of an experiment without its text', async () => {
  expect((await inspected('--vector', '#3 - #4')).chosen).toEqual({ vector: '#3 - #4' });
  const shift = ['softmax-shift', '--size', '5', ...tiny];
  expect((await provenance(callLab(shift))).chosen).toEqual({ 'softmax-shift': { size: 5, seed: 1 } });
});
