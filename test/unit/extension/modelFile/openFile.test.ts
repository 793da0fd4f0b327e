import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FileHashes } from '../../../../src/extension/export/fileHashes';
import { KeptVectors } from '../../../../src/extension/inspection/keptVectors';
import { OpenFile } from '../../../../src/extension/modelFile/openFile';
import { EngineError } from '../../../../src/shared/errors';
import type { PanelState } from '../../../../src/shared/panel';
import { english } from '../../../../src/shared/translator';
import { setUp as setUpInUse } from '../../support/controller';
import { FakeEngine } from '../../support/fakeEngine';
import { FakeProcess } from '../../support/fakeProcess';
import { initialOptions } from '../../support/manifest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const path = '/models/a.gguf';
const tensor = 'token_embd.weight';

function setUp() {
  const fake = new FakeEngine();
  const processes: FakeProcess[] = [];
  const changes: Partial<PanelState>[] = [];
  const log: string[] = [];
  const inUse = new Set<string>();
  const hashes = { changed: vi.fn<FileHashes['changed']>() };
  const file = new OpenFile(
    { name: 'a.gguf', path },
    {
      spawn() {
        const started = new FakeProcess(fake.call);
        processes.push(started);
        return started;
      },
      log: { info: () => undefined, error: (line) => void log.push(line) },
      lost: () => 'The process ended.',
      told: (error) => (error instanceof Error ? error.message : 'It failed.'),
      removed: () => 'It is gone.',
      late: () => 'It took too long.',
      longest: 20,
      freed: () => 7,
      idleMinutes: () => 10,
      instructions: () => ({ threads: 2 }),
      options: () => initialOptions,
      hashes,
      isInUse: (of) => inUse.has(of),
      describe: async () => ({ name: 'a', bytes: 4 }),
      ask: () => undefined,
      read: () => Promise.reject(new EngineError('bad-request', 'There is no text.')),
      insert: () => Promise.reject(new EngineError('bad-request', 'There is no text.')),
      isAgreed: () => false,
      agree: () => undefined,
      failedOther: () => '',
      comparisonEnded: () => '',
      notFollowed: () => '',
      l10n: english,
      keptVectors: new KeptVectors({ get: () => undefined, update: async () => undefined }),
      changed: (change) => void changes.push(change),
    },
  );
  const view = () => {
    const shown = file.state.file;
    if (!shown) throw new Error('An open file shows nothing.');
    return shown;
  };
  /** What the views said of the tensor, one after the other. */
  const told = () => changes.flatMap((change) => (change.file ? [change.file.statistics[tensor]] : []));
  return { fake, processes, changes, log, inUse, hashes, file, view, told };
}

async function setUpRead() {
  const set = setUp();
  await set.file.reading.read();
  return set;
}

it('says whether it is the model in use', async () => {
  const { inUse, file, view, changes } = await setUpRead();
  expect(view().inUse).toBe(false);
  inUse.add(path);
  file.useChanged();
  expect(changes.at(-1)?.file?.inUse).toBe(true);
});

it('has its hash computed by the process that holds its geometry', async () => {
  const { fake, file, hashes } = await setUpRead();
  const files = [{ path, bytes: 4, changed: 1 }];
  fake.model = { files };
  await file.controller.ready();
  const loaded = hashes.changed.mock.calls.findLast(([change]) => change.model);
  expect(loaded?.[1]).toMatchObject({ loaded: true, model: { files } });
  await loaded?.[2]?.aside.fileHash({ path, bytes: 4, changed: 1 });
  expect(fake.count('fileHash')).toBe(1);
});

it('shows its header, whose verdict counts the memory of the model in use as free', async () => {
  const { fake, file, view, processes } = setUp();
  expect(view()).toMatchObject({ name: 'a.gguf', contents: null, failure: null, geometry: 'none', statistics: {} });
  await file.reading.read();
  expect(view().contents?.metadata[0]?.key).toBe('general.architecture');
  expect(view().summary?.architecture).toBe('fake');
  expect(fake.last('describe')?.asked).toEqual({ path, freed: 7 });
  expect([processes.length, fake.count('load')]).toEqual([1, 0]);
});

it('says how its tokenizer cuts once that is known, and beside another file which one cannot be read', async () => {
  const { fake, file, view } = setUp();
  const { open } = await fake.held('tokenizerCheck', () => file.reading.read());
  expect(view()).toMatchObject({ isRead: true, tokenizer: null });
  open();
  await file.reading.check();
  expect(view().tokenizer?.cutThrough.count).toBe(0);
  fake.failures.set('tokenizerCheck', new EngineError('model-damaged', 'It is no tokenizer.'));
  await file.reading.check('/other/tokenizer.json');
  expect(fake.last('tokenizerCheck')?.asked).toEqual({ path, against: '/other/tokenizer.json' });
  expect(view()).toMatchObject({ failure: 'It is no tokenizer.', tokenizer: { notices: [] } });
});

it('is shown as far as it holds anything, and else the sentence is', async () => {
  const { fake, file, view } = setUp();
  fake.failures.set('describe', new EngineError('model-damaged', 'It is damaged.'));
  await file.reading.read();
  expect(view()).toMatchObject({ summary: null, failure: null, contents: { format: 'GGUF' } });
  fake.failures.set('contents', new EngineError('model-damaged', 'It is no model.'));
  await file.reading.read();
  expect(view()).toMatchObject({ summary: null, failure: 'It is no model.', contents: null });
});

it('does not say that it holds no model before that is known', async () => {
  const { fake, file, view } = setUp();
  const open = fake.close('describe');
  const reading = file.reading.read();
  await fake.called('describe');
  expect(view()).toMatchObject({ contents: { format: 'GGUF' }, summary: null, isRead: false });
  open();
  await reading;
  expect(view()).toMatchObject({ summary: { architecture: 'fake' }, isRead: true });
});

it('that is not read in time says so, and its process is ended', async () => {
  const { fake, file, view, processes } = setUp();
  fake.close('contents');
  const reading = file.reading.read();
  await fake.called('contents');
  await vi.advanceTimersByTimeAsync(20_000);
  await reading;
  expect(view().failure).toBe('It took too long.');
  expect(processes[0]?.terminated).toBe(true);
});

it('whose process ends while it is read says so', async () => {
  const { fake, file, view, processes } = setUp();
  fake.close('contents');
  const reading = file.reading.read();
  await fake.called('contents');
  processes[0]?.end('its process ended with SIGKILL');
  await reading;
  expect(view().failure).toBe('The process ended.');
});

it('tells the statistics of a tensor, and few changes on the way', async () => {
  const { fake, file, view, told } = await setUpRead();
  const open = fake.close('tensorStatistics');
  const measured = file.reading.measure(tensor);
  await fake.called('tensorStatistics');
  const progress = (fraction: number) =>
    fake.last('tensorStatistics')?.control?.onProgress?.({ stage: 'header', fraction });
  for (let step = 1; step <= 100; step++) {
    progress(step / 200);
    await vi.advanceTimersByTimeAsync(10);
  }
  const fractions = told().flatMap((one) => (one?.kind === 'reading' ? [one.fraction] : []));
  expect(fractions[0]).toBe(0);
  expect(fractions.length).toBeGreaterThan(2);
  expect(fractions.length).toBeLessThanOrEqual(6);
  open();
  await measured;
  expect(view().statistics[tensor]).toMatchObject({ kind: 'read', statistics: { mean: 0.5 } });
  await file.reading.measure(tensor);
  expect(fake.count('tensorStatistics')).toBe(1);
});

it('measures no tensor that it does not have, and any that it has, whatever its name', async () => {
  const { fake, file, view } = await setUpRead();
  await file.reading.measure('nothing');
  expect(fake.count('tensorStatistics')).toBe(0);
  await file.reading.measure('__proto__');
  expect(Object.keys(view().statistics)).toEqual(['__proto__']);
});

it('stops measuring at once, and can begin again; what failed says why', async () => {
  const { fake, file, view } = await setUpRead();
  const open = fake.close('tensorStatistics');
  const measured = file.reading.measure(tensor);
  await fake.called('tensorStatistics');
  file.reading.stop(tensor);
  expect(view().statistics).toEqual({});
  await measured;
  expect(fake.last('tensorStatistics')?.control?.signal?.aborted).toBe(true);
  expect(view().statistics).toEqual({});
  open();
  fake.failures.set('tensorStatistics', new EngineError('model-unsupported', 'Its type is unknown.'));
  await file.reading.measure(tensor);
  expect(view().statistics[tensor]).toEqual({ kind: 'failed', message: 'Its type is unknown.' });
});

it('is read anew once a change is over, by another process, and says so meanwhile', async () => {
  const { fake, file, view, processes } = await setUpRead();
  await file.reading.measure(tensor);
  file.touched();
  expect(view()).toMatchObject({ outOfDate: true, statistics: {} });
  await vi.advanceTimersByTimeAsync(400);
  file.touched();
  await vi.advanceTimersByTimeAsync(400);
  expect(fake.count('contents')).toBe(1);
  fake.close('contents');
  await vi.advanceTimersByTimeAsync(100);
  expect([view().outOfDate, processes.length]).toEqual([true, 2]);
  // It changes once more while it is read.
  file.touched();
  fake.close('contents')();
  await vi.advanceTimersByTimeAsync(500);
  expect(view()).toMatchObject({ outOfDate: false, failure: null, contents: { format: 'GGUF' } });
  expect([processes.length, processes.filter(({ terminated }) => terminated).length]).toEqual([3, 2]);
});

it('forgets a tensor that was measured while it changed', async () => {
  const { fake, file, view } = await setUpRead();
  file.touched();
  await file.reading.measure(tensor);
  expect(view().statistics[tensor]?.kind).toBe('read');
  file.touched();
  await vi.advanceTimersByTimeAsync(500);
  expect(view()).toMatchObject({ outOfDate: false, statistics: {} });
  await file.reading.measure(tensor);
  expect(fake.count('tensorStatistics')).toBe(2);
});

it('that is gone keeps what was shown, and comes back', async () => {
  const { fake, file, view } = await setUpRead();
  fake.failures.set('contents', new EngineError('model-missing', 'There is no model file.'));
  file.touched();
  await vi.advanceTimersByTimeAsync(500);
  expect(view()).toMatchObject({ failure: 'It is gone.', outOfDate: false, contents: { format: 'GGUF' } });
  fake.failures.clear();
  file.touched();
  await vi.advanceTimersByTimeAsync(500);
  expect(view()).toMatchObject({ failure: null, outOfDate: false });
});

it('loads its geometry in its own process and leaves the model in use as it is', async () => {
  const inUse = setUpInUse();
  await inUse.controller.ready();
  const before = inUse.controller.state;
  const { fake, file, view, changes, processes } = await setUpRead();
  await file.controller.intend({ type: 'load' });
  expect(fake.last('load')?.asked).toEqual({ path, geometryOnly: true, threads: 2 });
  expect(view().geometry).toBe('loaded');
  expect(changes.findLast(({ file: shown }) => shown)?.file?.geometry).toBe('loaded');
  await file.controller.intend({ type: 'chooseToken', id: 97 });
  expect(file.state).toMatchObject({ token: { token: { id: 97 } }, neighbours: { query: { id: 97 } } });
  expect([inUse.controller.state, inUse.fake.count('load'), processes.length]).toEqual([before, 1, 1]);
  // It stays as long as the setting says; a process that only read a header would have ended.
  await vi.advanceTimersByTimeAsync(60_000);
  expect(processes[0]?.terminated).toBe(false);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect([processes[0]?.terminated, view().geometry]).toEqual([true, 'none']);
});

it('whose geometry cannot be loaded says why and keeps its header', async () => {
  const { fake, file, view } = await setUpRead();
  fake.failures.set('load', new EngineError('model-unsupported', 'Its tokenizer is unknown.'));
  await file.controller.intend({ type: 'load' });
  expect(file.state.status).toEqual({ kind: 'failed', message: 'Its tokenizer is unknown.', help: null });
  expect(view()).toMatchObject({ geometry: 'none', failure: null, contents: { format: 'GGUF' } });
});

it('that changes forgets the numbers of its geometry', async () => {
  const { file, view, changes } = await setUpRead();
  await file.controller.intend({ type: 'chooseToken', id: 97 });
  expect(file.state.neighbours).not.toBeNull();
  file.touched();
  await vi.advanceTimersByTimeAsync(500);
  expect(file.state).toMatchObject({ model: null, token: null, neighbours: null, loaded: false });
  expect(view().geometry).toBe('none');
  expect(changes.some(({ neighbours, loaded }) => neighbours === null && loaded === false)).toBe(true);
});

it('ends its process soon after its header was read, and when it is closed', async () => {
  const { file, processes, changes } = await setUpRead();
  await vi.advanceTimersByTimeAsync(5000);
  expect(processes[0]?.terminated).toBe(true);
  await file.reading.measure(tensor);
  expect([processes.length, processes[1]?.terminated]).toEqual([2, false]);
  file.touched();
  await file.close();
  expect(processes[1]?.terminated).toBe(true);
  const told = changes.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([processes.length, changes.length]).toEqual([2, told]);
});

it('that is closed while it is read says nothing more', async () => {
  const { fake, file, changes } = setUp();
  fake.close('contents');
  const reading = file.reading.read();
  await fake.called('contents');
  await file.close();
  await reading;
  expect(changes).toEqual([]);
});
