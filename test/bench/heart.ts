import { parseArgs } from 'node:util';
import { serialize } from 'node:v8';
import { InspectionController } from '../../src/extension/inspection/controller';
import type { Event, Slot } from '../../src/extension/inspection/events';
import { KeptVectors } from '../../src/extension/inspection/keptVectors';
import type { State } from '../../src/extension/inspection/state';
import { missing, step } from '../../src/extension/inspection/step';
import type { Subject } from '../../src/extension/inspection/subject';
import { view } from '../../src/extension/inspection/view';
import { defaultOptions } from '../../src/page/link';
import { EngineError } from '../../src/shared/errors';
import type { PanelState } from '../../src/shared/panel';
import { english } from '../../src/shared/translator';
import { FakeEngine } from '../unit/support/fakeEngine';
import { median, print, report } from './measure';

// `npm run bench:heart [-- --rounds 400]`: what the machine of an inspection costs by itself, over an engine that
// answers at once: a step at 512 tokens with everything in sight, what a click sends to the page, and what stays in
// memory. Never fails on a time.

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '400' } } });
const rounds = Number(values.rounds);

const fake = new FakeEngine();
fake.model = {
  trunk: {
    ...{ layers: 30, heads: 9, keyValueHeads: 3, feedForward: 1536, contextLength: 8192 },
    ...{ position: 'learned', rotary: null, norm: 'RMSNorm' },
  },
};
let changes: Partial<PanelState>[] = [];
let version = 0;
const textOf = (length: number, from: number) =>
  Array.from({ length }, (_, at) => String.fromCharCode(97 + ((at * 7 + from) % 26))).join('');
const subjectOf = (text: string): Subject => ({
  ...{ uri: `file:///${++version}.md`, version, name: 'bench.md', start: 0, end: text.length, text, before: '' },
  ...{ otherSelections: 0, wholeLine: false },
});
const noDocument = () => Promise.reject(new EngineError('bad-request', 'There is no document.'));
const controller = new InspectionController(
  fake.engine,
  {
    request: () => ({ path: '/models/first.gguf' }),
    describe: async () => ({ name: 'first', bytes: null }),
    ask: () => undefined,
    read: noDocument,
    insert: noDocument,
    isAgreed: () => false,
    agree: () => undefined,
    failed: (error) => {
      throw error;
    },
    failedOther: String,
    comparisonEnded: String,
    l10n: english,
    keptVectors: new KeptVectors({ get: () => undefined, update: async () => undefined }),
    notFollowed: String,
  },
  { changed: (change) => void changes.push(change), inspectionsChanged: () => undefined },
  { ...defaultOptions, limit: 2048 },
);

/** Resolves when nothing is asked or told any more. */
async function settled(): Promise<void> {
  for (let quiet = 0, before = -1; quiet < 5; quiet++) {
    const now = fake.calls.length + changes.length;
    if (now !== before) quiet = 0;
    before = now;
    await new Promise((resolve) => void setImmediate(resolve));
  }
}
const look = (from: number, to: number) =>
  controller.intend({
    type: 'inView',
    parts: {
      ...{ scope: true, journey: true, attention: true, pattern: true, leaders: { between: true } },
      ...{ vector: true, steer: true, texts: true, both: true, dimensions: { position: 1, layer: 1 } },
      ...{ bothRows: { matrix: 'output' }, bothNeighbours: { matrix: 'output' } },
      lens: { from, to, between: true, divergence: true },
    },
  });
async function everything(): Promise<void> {
  await look(0, 512);
  await controller.intend({ type: 'openHead', head: { layer: 0, head: 0 } });
  await controller.intend({ type: 'makeVector', expression: 'a - b' });
  await controller.compare({ path: '/models/second.gguf' }, 'second');
  await controller.intend({ type: 'ablate', ablation: { part: { kind: 'head', layer: 0, head: 0 }, by: 'zero' } });
  await controller.intend({
    type: 'steer',
    steering: { expression: 'a - b', how: 'add', strength: 1, layer: null, positions: 'all' },
  });
  await controller.compareText(textOf(512, 3), 'b.md');
  await settled();
}

/** What a click sends and how long it takes with all of its answers. */
async function clicks(count: number): Promise<void> {
  const sent: number[] = [];
  const bytes: number[] = [];
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    changes = [];
    const start = performance.now();
    await controller.intend({ type: 'choosePosition', position: (at * 37) % 512 });
    await settled();
    times.push(performance.now() - start);
    sent.push(changes.length);
    bytes.push(changes.reduce((sum, change) => sum + serialize({ type: 'change', change }).length, 0));
  }
  print(`\nmedians of ${count} clicks`);
  report([
    ['messages a click sends to the page', median(sent).toFixed(0), ''],
    ['their bytes', median(bytes).toFixed(0), ''],
    ['a click and its answers', `${median(times).toFixed(2)} ms`, ''],
  ]);
}

/** Milliseconds of what the runner does for one event. */
function stepped(before: State, event: Event, inFlight: ReadonlySet<Slot>): readonly [State, number] {
  const world = controller.chosen.world();
  const seen = view(before, world, inFlight);
  const start = performance.now();
  const [state] = step(before, event, world, inFlight);
  missing(state, world, inFlight);
  view(state, world, inFlight, seen);
  return [state, performance.now() - start];
}

function steps(): void {
  const { machine, world } = controller.chosen;
  const times = { nothing: [] as number[], click: [] as number[], answer: [] as number[] };
  const inFlight = new Set<Slot>();
  const value = [...(machine.answers['journey']?.values() ?? [])].flatMap((one) =>
    one.is === 'known' ? [one.value] : [],
  )[0];
  for (let round = 0, state = machine; round < rounds; round++) {
    let time: number;
    [state, time] = stepped(state, { type: 'world' }, inFlight);
    times.nothing.push(time);
    const choice = { position: (round * 37) % 512, tokenId: null };
    [state, time] = stepped(state, { type: 'choose', choice }, inFlight);
    times.click.push(time);
    const wanted = missing(state, world(), inFlight);
    const question = wanted.find(({ slot }) => slot === 'token')?.question ?? wanted[0]?.question;
    const slot = wanted.find((one) => one.question === question)?.slot;
    if (!question || !slot) continue;
    const answer = slot === 'journey' ? value : { token: { id: 97 + round, text: '', bytes: [] } };
    [, time] = stepped(state, { type: 'answered', slot, question, value: answer }, inFlight);
    times.answer.push(time);
  }
  const row = (what: string, all: readonly number[]) => {
    const sorted = all.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(3);
    return [what, `${at(0.5)} ms (${at(0.1)} to ${at(0.9)})`, '≤ 0.3 ms'] as const;
  };
  print(`\nmedians of ${rounds} steps (a tenth to nine tenths), 512 tokens, everything in sight`);
  report([
    row('an event that changes nothing', times.nothing),
    row('a click', times.click),
    row('an answer', times.answer),
  ]);
}

function memory(): void {
  const answers = Object.entries(controller.chosen.machine.answers).map(([name, all]) => {
    const bytes = [...all.values()].reduce(
      (sum, one) => sum + (one.is === 'known' ? serialize(one.value).length : 0),
      0,
    );
    return { name, count: all.size, bytes };
  });
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  print('\nanswers in memory after 200 clicks, 20 inspections and a lens scrolled through 2,000 tokens');
  report([
    ...answers
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.bytes - a.bytes)
      .map(({ name, count, bytes }) => [name, kB(bytes), `${count} answers`] as const),
    ['all', kB(answers.reduce((sum, { bytes }) => sum + bytes, 0)), ''],
  ]);
}

await controller.inspect(subjectOf(textOf(512, 0)));
await settled();
await everything();
await clicks(200);
steps();
for (let text = 1; text < 20; text++) await controller.inspect(subjectOf(textOf(64, text)));
await controller.inspect(subjectOf(textOf(2000, 20)));
await settled();
for (let from = 0; from < 2000; from += 64) {
  await look(from, Math.min(from + 64, 2000));
  await settled();
}
memory();
process.exit();
