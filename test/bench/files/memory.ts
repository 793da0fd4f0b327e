import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, ModelInfo } from '../../../src/shared/engine';
import { experiments, labRequestOf, type LabAsk } from '../../../src/shared/lab';
import { verdict } from '../bars';
import { builtWorker, startEngine } from '../engineUnderTest';
import { largeVocabulary, writeLlama } from '../llamaFile';
import { report } from '../measure';

// `npm run bench -- memory [FILE]`: what the engine's process holds at most while each section of the panel is asked
// for, with a made-up model whose vocabulary is most of it, or with FILE. Linux only.

/** MB beyond the model's file. */
const most = 350;

type Ask = (control?: { readonly signal: AbortSignal }) => Promise<unknown>;
interface Asked {
  readonly text: string;
  /** Of the text. */
  readonly position: number;
  readonly id: number;
  readonly head: { readonly layer: number; readonly head: number };
  /** Rows of the lens. */
  readonly rows: number;
}

/** The requests of each section of the panel, in its order. */
export function sectionsOf(
  engine: Engine,
  { vocabulary }: ModelInfo,
  { text, position, id, head, rows }: Asked,
): readonly (readonly [section: string, ask: Ask])[] {
  const k = 10;
  const inspection = { text, neighbours: k, top: 20, layers: true, centred: false };
  const axis = { kind: 'token', id } as const;
  const ablated = { parts: [{ kind: 'head', ...head }], by: 'zero' } as const;
  const lab: readonly LabAsk[] = [
    { name: 'rulers', options: { id, k, sample: 1000 } },
    { name: 'one-length', options: { id, k, sample: 1000 } },
    { name: 'round-trip', options: { sample: 256 } },
    { name: 'target-size', options: { directions: 512, seed: 1 } },
    { name: 'softmax-shift', options: { size: 5, seed: 1 } },
    { name: 'length', options: {} },
    { name: 'between', options: { from: id, to: id === 0 ? 1 : id - 1, steps: 11 } },
    { name: 'tied', options: {} },
    { name: 'extremes', options: {} },
    { name: 'untrained', options: { from: id, to: Math.min(vocabulary - 1, id + 9) } },
  ];
  const missing = experiments.find((name) => !lab.some((one) => one.name === name));
  if (missing) throw new Error(`Nobody asks for the experiment ${missing}.`);
  return [
    ['inspection', (control) => engine.inspect(inspection, control)],
    ['token', (control) => engine.token(id, control)],
    ['neighbours, centred', (control) => engine.neighbours({ id, count: k, centred: true }, control)],
    ['next token', (control) => engine.prediction({ text, position, count: 20 }, control)],
    ['contrasts', (control) => engine.contrasts({ text }, control)],
    ['names of all tokens', (control) => engine.vocabulary({ first: 0, count: vocabulary }, control)],
    ['search', (control) => engine.find({ query: 'a', count: 50 }, control)],
    ['vectorscope', (control) => engine.scope({ axis, centred: false, count: k }, control)],
    ['vectorscope, centred', (control) => engine.scope({ axis, centred: true, count: k }, control)],
    ['journey', (control) => engine.journey({ text, position }, control)],
    ['lens', (control) => engine.lens({ text, first: 0, count: rows, top: 3 }, control)],
    ['lens, divergence', (control) => engine.divergence({ text, first: 0, count: rows }, control)],
    ['lens, leaders', (control) => engine.leaders({ text, position, between: true }, control)],
    ['attention', (control) => engine.headGrid({ text, position }, control)],
    ['attention, a head', (control) => engine.headView({ text, position, ...head, count: 8 }, control)],
    ['attention, its pattern', (control) => engine.pattern({ text, ...head, most: 256 }, control)],
    ['attention, without a head', (control) => engine.ablation({ text, position, count: k, ablated }, control)],
    ...lab.map(
      (one) => [`lab, ${one.name}`, (control) => engine.lab(labRequestOf(one, { text }), control)] as [string, Ask],
    ),
  ];
}

export async function memory(given?: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-memory-'));
  const path = given ?? join(folder, 'random.Q8_0.gguf');
  if (!given) writeLlama(path, largeVocabulary);
  const { engine, memory: held, peak, forgetPeak, end } = startEngine(builtWorker());
  const bytes = statSync(path).size / 1e6;
  const rows: [string, string, string][] = [];
  const inMB = (mebibytes: number) => Math.round((mebibytes * 2 ** 20) / 1e6 - bytes);
  const note = async (section: string, ask: Ask) => {
    forgetPeak();
    await ask();
    const beyond = inMB(peak());
    rows.push([
      `${section}, peak beyond the file`,
      `${beyond} MB, then ${inMB(held())}`,
      verdict({ value: most }, 'MB', beyond),
    ]);
  };
  try {
    let model: ModelInfo | undefined;
    await note('load', async () => (model = await engine.load({ path })));
    if (!model) throw new Error('The model was not loaded.');
    const text = 'the capital of france is';
    const { tokens } = await engine.tokenise({ text });
    const id = tokens.at(-1)?.id ?? 0;
    const asked = { text, position: 4, id, head: { layer: 1, head: 1 }, rows: (model.trunk?.layers ?? 0) + 1 };
    for (const [section, ask] of sectionsOf(engine, model, asked)) await note(section, ask);
    report(rows);
  } finally {
    await end();
    rmSync(folder, { recursive: true });
  }
}
