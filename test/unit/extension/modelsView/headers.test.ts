import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HeaderReader } from '../../../../src/extension/modelsView/headers';
import type { Call } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import { FakeProcess } from '../../support/fakeProcess';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Files whose names say what happens when they are described. */
function setUp() {
  const processes: FakeProcess[] = [];
  const [asked, lines]: [unknown[], string[]] = [[], []];
  const spawn = () => {
    const call: Call = async (_name, request) => {
      asked.push(request);
      const { path } = request as { path: string };
      if (path.includes('torn')) throw new EngineError('model-damaged', 'It is torn.');
      if (path.includes('crash')) started.end('its process ended with SIGABRT');
      if (path.includes('hang')) started.stop();
      if (/crash|hang/.test(path)) await new Promise(() => {});
      return { architecture: path } as never;
    };
    const started = new FakeProcess(call);
    processes.push(started);
    return started;
  };
  const reader = new HeaderReader(
    spawn,
    { info: (line) => void lines.push(line), error: (line) => lines.push(line) },
    () => 5e8,
  );
  return { reader, processes, asked, lines };
}

it('describes files one after another in one process, which ends a while after the last', async () => {
  const { reader, processes, asked, lines } = setUp();
  const all = await Promise.all(['/a', '/b', '/c'].map((path) => reader.describe({ path })));
  expect(all).toMatchObject([{ architecture: '/a' }, { architecture: '/b' }, { architecture: '/c' }]);
  expect(asked).toEqual(['/a', '/b', '/c'].map((path) => ({ path, freed: 5e8 })));
  expect(processes.map(({ terminated }) => terminated)).toEqual([false]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(processes.map(({ terminated }) => terminated)).toEqual([true]);
  await reader.describe({ path: '/a' });
  expect(processes).toHaveLength(2);
  expect(lines).toEqual([]);
});

it('says which file ended the process, and goes on with the others', async () => {
  const { reader, processes, lines } = setUp();
  const all = await Promise.allSettled(['/a', '/m/crash.gguf', '/torn', '/b'].map((path) => reader.describe({ path })));
  expect(all).toMatchObject([
    { value: { architecture: '/a' } },
    {
      reason: {
        code: 'model-damaged',
        message:
          'The process that read the header of crash.gguf ended unexpectedly. The file is damaged, or has a format that Vectorscope does not know. Copy it again or choose another model.',
      },
    },
    { reason: { code: 'model-damaged', message: 'It is torn.' } },
    { value: { architecture: '/b' } },
  ]);
  expect(processes).toHaveLength(2);
  expect(lines).toEqual(['While headers were read: The engine was lost: its process ended with SIGABRT.']);
});

it('ends the process at a file that takes too long, and goes on with the others', async () => {
  const { reader, processes } = setUp();
  const all = Promise.allSettled(['/a', '/m/hang.gguf', '/b'].map((path) => reader.describe({ path })));
  await vi.advanceTimersByTimeAsync(22_000);
  expect(await all).toMatchObject([
    { value: { architecture: '/a' } },
    {
      reason: {
        code: 'model-damaged',
        message:
          'The header of hang.gguf could not be read within 20 seconds. Copy the file to a faster disk or choose another model.',
      },
    },
    { value: { architecture: '/b' } },
  ]);
  expect(processes.map(({ terminated }) => terminated)).toEqual([true, false]);
});
