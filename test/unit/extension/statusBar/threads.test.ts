import { expect, it, vi } from 'vitest';
import { type Threads, whyOneThread } from '../../../../src/extension/statusBar/machine';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

const one: Threads = { inUse: 1, host: 'web', canShare: false, setting: 0, forLayers: true };
const why = 'This page is not cross-origin isolated, so there can be no more.';
const slow = 'This page is not cross-origin isolated: a run takes up to twice as long as on two threads.';

it.each<[string, Partial<Threads>, string | null]>([
  ['in a page that is not isolated', {}, slow],
  ['where more were asked for', { setting: 4 }, slow],
  ['where the layers run on a GPU', { forLayers: false }, why],
  ['where one was asked for', { setting: 1 }, null],
  ['in an isolated page of a machine with one core', { canShare: true }, null],
  ['in Node', { host: 'node', canShare: true }, null],
  ['in an isolated page', { inUse: 4, canShare: true }, null],
])('says why there is one thread %s', (_, more, said) => expect(whyOneThread({ ...one, ...more })).toBe(said));
