import { expect, it, vi } from 'vitest';
import { threadsInWords, type Threads } from '../../src/extension/statusBar/threads';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

const one: Threads = { inUse: 1, host: 'web', canShare: false, setting: 0 };
const why = '1 thread: this page is not cross-origin isolated, so a run takes up to twice as long as on two';

it.each<[string, Partial<Threads>, string]>([
  ['in a page that is not isolated', {}, why],
  ['where more were asked for', { setting: 4 }, why],
  ['where one was asked for', { setting: 1 }, '1 thread'],
  ['in an isolated page of a machine with one core', { canShare: true }, '1 thread'],
  ['in Node', { host: 'node', canShare: true }, '1 thread'],
  ['in an isolated page', { inUse: 4, canShare: true }, '4 threads'],
])('says how many threads there are %s', (_, more, said) => expect(threadsInWords({ ...one, ...more })).toBe(said));
