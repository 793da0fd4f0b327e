import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** `npm run verify -- mutations` does many times as many. Among these, some run and some are refused. */
const [from, count] = [8, 8];

/** An engine that ends or hangs must not take the tests with it. */
function verify(): Promise<{ readonly code: number | null; readonly said: string }> {
  const options = ['--from', String(from), '--count', String(count)];
  const program = spawn(process.execPath, ['scripts/program.mjs', 'verify', 'mutations', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  return new Promise((resolve, reject) => program.on('error', reject).on('close', (code) => resolve({ code, said })));
}

it(`${count} mutated models are refused in a sentence, or run with right numbers`, async () => {
  const { code, said } = await verify();
  expect(said).toMatch(/\n0 failures\n$/);
  expect(code).toBe(0);
  const [, ran, geometry, refused] = (
    /: (\d+) ran, (\d+) showed their geometry, (\d+) were refused;/.exec(said) ?? []
  ).map(Number) as [number, number, number, number];
  expect(ran + geometry + refused).toBe(count);
  // Were nearly all refused, little would have been tried.
  expect(Math.min(ran, refused)).toBeGreaterThan(count / 6);
  expect(geometry).toBeGreaterThan(count / 50);
}, 600_000);
