import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { localEngine } from '../../src/engine/localEngine';
import { loadModel } from '../../src/engine/model/load';
import { fromRoot } from '../bench/inputs';
import { barOf, figureNames, Worst } from './exactness/figures';
import { measure } from './exactness/measure';
import { pageOf, printed, type Line } from './exactness/page';
import { subjects, type Subject } from './exactness/subjects';
import { truthsOf } from './exactness/truths';

// `npm run verify -- exactness`: every kind of figure of every family and kind of file, and of the default model,
// beside float64 from the equations and beside other implementations. Writes docs/exactness.md. Fails if an error is
// larger than its bar.

const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-exactness-'));
const lines = new Map<string, { readonly family: string; readonly kind: string; readonly worst: Worst }>();
try {
  for (const subject of subjects(scratch)) {
    const { family, worst } = await measured(subject);
    const key = JSON.stringify([family, subject.kind]);
    const line = lines.get(key) ?? { family, kind: subject.kind, worst: new Worst() };
    line.worst.join(worst);
    lines.set(key, line);
    process.stdout.write(
      `${family}, ${subject.kind}: ${figureNames.map((name) => printed(worst.get(name))).join(' ')}\n`,
    );
  }
} finally {
  rmSync(scratch, { recursive: true });
}

async function measured(subject: Subject): Promise<{ readonly family: string; readonly worst: Worst }> {
  const { path, texts, published } = subject;
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const truths = truthsOf(model, texts);
  const worst = new Worst();
  for (const sameBits of [false, true]) {
    const engine = localEngine();
    await engine.load({ path, sameBits });
    worst.join(await measure(engine, model, texts, truths));
    if (published) worst.note('published', await published(engine, model));
    await engine.close();
  }
  const family = model.needRunner().architecture.name;
  await model.release();
  return { family, worst };
}

const ordered = [...lines.values()].toSorted((a, b) => a.family.localeCompare(b.family));
const errorsOf = (worst: Worst) =>
  Object.fromEntries(figureNames.map((name) => [name, printed(worst.get(name))])) as Line['errors'];
const page = pageOf({
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}`,
  lines: ordered.map(({ family, kind, worst }) => ({ family, kind, errors: errorsOf(worst) })),
});
writeFileSync(fromRoot('docs/exactness.md'), page);

const missed = ordered.flatMap(({ family, kind, worst }) =>
  figureNames
    // NaN is missed too.
    .filter((name) => worst.get(name) !== undefined && !((worst.get(name) as number) <= barOf(name)))
    .map((name) => `${family}, ${kind}: ${name} is ${printed(worst.get(name))}, at most ${barOf(name)} was expected.`),
);
process.stdout.write(`${missed.join('\n') || 'All errors are within their bars.'}\n`);
process.exit(missed.length > 0 ? 1 : 0);
