import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { untrainedCommand } from '../../../src/cli/untrained';
import { localEngine } from '../../../src/engine/localEngine';
import type { UntrainedResult } from '../../../src/shared/lab';
import type { RepeatedToken } from '../../../src/shared/lab';
import type { Provenance } from '../../../src/shared/provenance';
import { call, callLab, type Ended } from '../support/commandLine';
import { familyPath } from '../support/families';
import { letters, tinyDimensions, writeTinyModel } from '../support/tinyModel';

const last = letters.length - 1;
/** The rows 1 to 5, of a letter, and of the control token were moved alike. */
const moved = writeTinyModel({
  change: (row) => {
    for (const id of [1, 2, 3, 4, 5, 9, last])
      row(id).set(Float64Array.from({ length: tinyDimensions }, (_, i) => 1 + 0.01 * ((i * id) % 7)));
  },
});
afterAll(() => rmSync(moved.folder, { recursive: true }));

async function run(...args: readonly string[]): Promise<Ended> {
  const engine = localEngine();
  try {
    return await call(untrainedCommand, args, { readInput: () => '', createEngine: () => engine });
  } finally {
    await engine.close();
  }
}

describe('vectorscope untrained', () => {
  it('begins with what was found and how sure that is, and lists the tokens', async () => {
    const { code, out, err } = await run(moved.path, '--from', '1', '--to', '5');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^Other tokens that point the same way as the reference: 2 \(1 among the control tokens and 1 that some text produces\)\. The tokens of the reference point the same way: /,
    );
    expect(out).toContain('Reference: 5 tokens chosen by their ids, such as ');
    expect(out).toMatch(
      new RegExp(`^<s> +${last} +\\d\\.\\d{3} +\\d+\\.\\d % +[01]\\.\\d{3} +\\d +control token$`, 'm'),
    );
    expect(out).toMatch(/^Control tokens\ntoken +id/m);
    expect(out).not.toContain('Asked to repeat');
  });

  it('has the same in JSON, and as an experiment', async () => {
    const args = ['--from', '1', '--to', '5', '--json'];
    const [own, experiment] = [
      await run(moved.path, ...args),
      await callLab(['untrained', '--model', moved.path, ...args]),
    ];
    const printed = JSON.parse(own.out) as { result: UntrainedResult; options: unknown; provenance: Provenance };
    const { provenance, ...same } = JSON.parse(experiment.out) as typeof printed;
    expect({ ...printed, provenance }).toEqual({ ...same, provenance });
    const sha256 = [createHash('sha256').update(readFileSync(moved.path)).digest('hex')];
    // The experiment loads the layers too.
    expect([printed.provenance, provenance]).toMatchObject([
      { file: [basename(moved.path)], sha256, backend: null, ids: [], chosen: { untrained: { from: 1, to: 5 } } },
      { sha256, backend: 'wasm', chosen: { untrained: { from: 1, to: 5 } } },
    ]);
    expect(printed.options).toEqual({ from: 1, to: 5 });
    expect(printed.result.found).toEqual({ text: 1, control: 1, partial: 0, unreachable: 0 });
  });

  it('asks the model for the candidates with --verify', async () => {
    const args = [familyPath('llama-3'), '--from', '3', '--to', '12', '--verify'];
    const { out } = await run(...args);
    const { repeats } = JSON.parse((await run(...args, '--json')).out) as { repeats: readonly RepeatedToken[] };
    expect(repeats.length).toBeGreaterThan(0);
    expect(repeats.length).toBeLessThanOrEqual(50);
    expect(out).toContain(`Asked to repeat ${repeats.length} candidates, the model gives `);
    expect(out).toMatch(new RegExp(`^\\S+ +${repeats[0]?.probability.toFixed(4)} .*\\d$`, 'm'));
  });

  it('says what is missing where no token is known to be unused, or the model is named twice', async () => {
    const unknown = await run(moved.path);
    expect([unknown.code, unknown.out]).toEqual([1, '']);
    expect(unknown.err).toContain('No token of this model is known to be unused');
    const twice = await run(moved.path, '--model', moved.path);
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('error: The model is named twice')]);
    expect((await run(moved.path, '--from', 'x')).code).toBe(2);
  });
});
