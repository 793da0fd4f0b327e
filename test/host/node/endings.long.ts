import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { PanelState } from '../../../src/shared/panel';
import {
  activated,
  closeDocuments,
  command,
  extension,
  inspect,
  longText,
  open,
  running,
  select,
  until,
} from '../inspecting';
import { engine, engines, holds, isGone, soon } from './engines';

const run = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
  Promise.resolve(vscode.commands.executeCommand(`vectorscope.${name}`, ...args));
const unload = () => run('unloadModel');
const inside = () => join(extension().extensionPath, defaultModel.path);
const text = 'The capital of France is';
const stop = (pid: number) => process.kill(pid, 'SIGSTOP');

/** Lets a process have no more memory than it has now, or as much as there is. Linux only. */
function bound(pid: number, more: 'none' | 'any'): void {
  const size = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  execFileSync('prlimit', [
    '--pid',
    String(pid),
    `--as=${more === 'none' ? 1024 * Number(size) : 'unlimited'}:unlimited`,
  ]);
}

/** The engine that reads headers ends some seconds after the last of them. */
const oneEngine = () => holds(() => engines().length === 1, 'one engine is left', 20_000);

/** Windows stops no processes. */
const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('an engine that is stopped', () => {
  beforeEach(async () => {
    await unload();
    await holds(() => engines().length === 0, 'no engine is left', 20_000);
  });
  afterEach(closeDocuments);
  after(() => run('useModel', inside()));

  it('in the middle of a run lets it be cancelled, is ended soon, and the next inspection starts another; the panel keeps the tokens', async () => {
    const { receive, panelState } = await activated();
    const long = longText(900);
    await select(await open(long));
    const done = command();
    await running(long);
    const stopped = engine();
    stop(stopped);
    receive({ type: 'cancel' });
    await soon(done, 'the run settles', 2000);
    assert.equal(panelState().status.kind, 'cancelled');
    const { text: tokens } = panelState();
    await until(({ loaded }) => !loaded, 'the engine counts as hung');
    await holds(() => engines().length === 0, 'the engine has ended');
    assert.equal(panelState().text, tokens);
    await inspect(text);
    assert.notEqual(engine(), stopped);
  });
});

/** Numbers from 0 to 1, the same ones for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** How an engine may come to its end. */
const ways = ['SIGKILL', 'SIGSTOP', ...(process.platform === 'linux' ? ['no memory' as const] : [])] as const;
/** An engine without memory may go on with what it has; then it is asked to stop. Milliseconds. */
const patience = 2000;

const kills = Number(process.env['VECTORSCOPE_KILLS'] ?? 1);
/** How many kills one test makes. Each takes a few seconds. */
const together = 10;

onUnix('an engine that ends at any moment', () => {
  afterEach(closeDocuments);
  const random = numbers(15);
  let texts = 0;

  /** Gets something ready, and gives what begins it. */
  const works: Readonly<Record<string, (shown: PanelState) => Promise<() => unknown>>> = {
    async load() {
      await unload();
      return () => run('loadModel');
    },
    async run() {
      await select(await open(longText(1000 + texts++, 8)));
      return command;
    },
    async search() {
      const { receive } = await activated();
      return () => receive({ type: 'find', query: ['Paris', 'a', ' the'][texts++ % 3] });
    },
    async lens({ run: before }) {
      const { receive } = await activated();
      return () =>
        receive({
          type: 'inView',
          parts: {
            scope: true,
            journey: true,
            attention: false,
            pattern: false,
            lens: { from: 0, to: before?.length ?? 1 },
          },
        });
    },
    async lab() {
      const { receive } = await activated();
      return () => receive({ type: 'lab', ask: { name: 'round-trip', options: {} } });
    },
  };
  const names = Object.keys(works);

  for (let first = 0; first < kills; first += together) {
    const last = Math.min(kills, first + together);
    it(`settles what waited, leaves nothing running, keeps what is shown and works again: ${first + 1} to ${last}`, async function () {
      this.timeout(together * 60_000);
      const { panelState, engineBusy, receive } = await activated();
      for (let at = first; at < last; at++) {
        const name = names[at % names.length] ?? '';
        const how = ways[Math.floor(random() * ways.length)] ?? 'SIGKILL';
        const when = Math.round(400 * random());
        const said = `${how} ${when} ms after the beginning of a ${name} (${at + 1} of ${kills})`;
        const shown = await inspect(`${text} ${at}`);
        await oneEngine();
        const begin = await works[name]?.(shown);
        const work = Promise.resolve(begin?.()).catch(() => undefined);
        // At a random moment, which is what is tested.
        await new Promise((resolve) => setTimeout(resolve, when));
        const ended = engines();
        for (const pid of ended) {
          if (how === 'no memory') bound(pid, 'none');
          else process.kill(pid, how);
        }
        const settles = Promise.all([work, holds(() => !engineBusy(), 'the engine is done', patience)]);
        const goesOn =
          how === 'no memory' &&
          (await settles.then(
            () => true,
            () => false,
          ));
        if (goesOn) for (const pid of ended) if (!isGone(pid)) bound(pid, 'any');
        const isEnded = how === 'SIGSTOP' || (how === 'no memory' && !goesOn);
        if (isEnded) await soon(unload(), `the unload settles after ${said}`);
        await soon(work, `the ${name} settles after ${said}`);
        await holds(
          () => (goesOn || ended.every(isGone)) && !engineBusy(),
          `the engine ends and all calls settle after ${said}`,
        );
        receive({
          type: 'inView',
          parts: { scope: false, journey: false, attention: false, pattern: false, lens: null },
        });
        // A load or a run that began behind the kill has an engine of its own.
        if (isEnded) assert.deepEqual(engines(), [], said);
        else await holds(() => engines().length <= 1, `nothing else runs after ${said}`);
        const { text: tokens, run: numbersOfRun, status } = panelState();
        assert.notEqual(status.kind, 'working', said);
        if (name === 'run')
          assert.ok(
            tokens === null || tokens === shown.text || tokens.total > 50,
            `the panel keeps tokens after ${said}`,
          );
        else
          assert.deepEqual(
            [tokens, numbersOfRun],
            [shown.text, shown.run],
            `the panel keeps what it showed after ${said}`,
          );
      }
      await inspect(text);
    });
  }
});
