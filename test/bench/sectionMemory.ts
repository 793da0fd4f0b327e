import { statSync } from 'node:fs';
import type { Engine } from '../../src/shared/engine';
import { experiments, requestOf, type LabAsk } from '../../src/shared/lab';
import { verdict } from './bars';
import { builtWorker, startEngine } from './engineUnderTest';

/** What the engine's process held at most while a section of the panel was asked for, and after it, bytes. */
export interface SectionMemory {
  readonly section: string;
  readonly peak: number;
  readonly after: number;
}

/** The most beyond the model's file, bytes. */
export const mostBeyondFile = 0.35e9;

const mebibyte = 2 ** 20;
const position = 4;
const head = { layer: 1, head: 1 };

/** The requests of each section of the panel, in its order, for one sentence. */
function requestsOf(engine: Engine, text: string, id: number, vocabulary: number, layers: number) {
  const asked: Readonly<Record<string, LabAsk>> = {
    rulers: { name: 'rulers', options: { id, k: 10, sample: 1000 } },
    'one-length': { name: 'one-length', options: { id, k: 10, sample: 1000 } },
    'round-trip': { name: 'round-trip', options: { sample: 256 } },
    'target-size': { name: 'target-size', options: { directions: 512, seed: 1 } },
    'softmax-shift': { name: 'softmax-shift', options: { size: 5, seed: 1 } },
    length: { name: 'length', options: {} },
    between: { name: 'between', options: { from: id, to: id + 1, steps: 11 } },
    tied: { name: 'tied', options: {} },
    extremes: { name: 'extremes', options: {} },
    untrained: { name: 'untrained', options: { from: id, to: id + 9 } },
  };
  const sections: (readonly [section: string, ask: () => Promise<unknown>])[] = [
    ['inspection', () => engine.inspect({ text, neighbours: 10, top: 20, layers: true, centred: false })],
    ['token', () => engine.token(id)],
    ['neighbours, centred', () => engine.neighbours({ id, count: 10, centred: true })],
    [
      'next token',
      async () => {
        const { length } = await engine.run({ text });
        await engine.prediction({ text, position: length - 1, count: 20 });
        await engine.contrasts({ text });
      },
    ],
    ['names of all tokens', () => engine.vocabulary({ first: 0, count: vocabulary })],
    ['search', () => engine.find({ query: 'a', count: 50 })],
    ['vectorscope', () => engine.scope({ axis: { kind: 'token', id }, centred: false, count: 10 })],
    ['vectorscope, centred', () => engine.scope({ axis: { kind: 'token', id }, centred: true, count: 10 })],
    ['journey', () => engine.journey({ text, position })],
    ['lens', () => engine.lens({ text, first: 0, count: layers + 1, top: 3 })],
    ['lens, divergence', () => engine.divergence({ text, first: 0, count: layers + 1 })],
    ['lens, leaders', () => engine.leaders({ text, position, between: true })],
    ['attention', () => engine.headGrid({ text, position })],
    ['attention, a head', () => engine.headView({ text, position, ...head, count: 8 })],
    ['attention, its pattern', () => engine.pattern({ text, ...head, most: 256 })],
    [
      'attention, without a head',
      () =>
        engine.ablation({
          ...{ text, position, count: 10 },
          ablated: { parts: [{ kind: 'head', ...head }], by: 'zero' },
        }),
    ],
    ...experiments.map((name): readonly [string, () => Promise<unknown>] => [
      `lab, ${name}`,
      () => engine.lab(requestOf(asked[name] as LabAsk, { text })),
    ]),
  ];
  return sections;
}

/** Asks for each section of the panel in turn. Linux only. */
export async function memoryBySection(
  path: string,
  text: string,
  noted: (one: SectionMemory) => void = () => undefined,
): Promise<readonly SectionMemory[]> {
  const { engine, memory, peak, forgetPeak, end } = startEngine(builtWorker());
  try {
    const found: SectionMemory[] = [];
    const note = async (section: string, work: () => Promise<unknown>) => {
      forgetPeak();
      await work();
      const one = { section, peak: peak() * mebibyte, after: memory() * mebibyte };
      found.push(one);
      noted(one);
    };
    let vocabulary = 0;
    let layers = 0;
    await note('load', async () => {
      const model = await engine.load({ path });
      vocabulary = model.vocabulary;
      layers = model.trunk?.layers ?? 0;
    });
    const { tokens } = await engine.tokenise({ text });
    const id = tokens.at(-1)?.id ?? 0;
    for (const [section, ask] of requestsOf(engine, text, id, vocabulary, layers)) await note(section, ask);
    return found;
  } finally {
    await end();
  }
}

/** The rows of a table: each section beside the bar. */
export function memoryRows(path: string, found: readonly SectionMemory[]) {
  const file = statSync(path).size;
  const inMB = (bytes: number) => Math.round(bytes / 1e6);
  return found.map(({ section, peak, after }) => ({
    section,
    peak: `${inMB(peak)} MB`,
    after: `${inMB(after)} MB`,
    beyond: `${inMB(peak - file)} MB`,
    bar: verdict({ value: inMB(mostBeyondFile) }, 'MB', inMB(peak - file)),
    missed: peak - file > mostBeyondFile,
  }));
}
