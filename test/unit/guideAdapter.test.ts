import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fixed, percent, probability } from '../../src/shared/format';
import { defaultEngine } from './support/engine';
import { rowsUnder, textOf } from './support/pages';

const page = 'docs/17-an-adapter.md';
const said = textOf(page).replaceAll('\n', ' ');
const path = fileURLToPath(new URL('../../media/adapters/canberra', import.meta.url));
const text = 'The capital of Australia is';

it('the page about an adapter has the numbers of the one that it names', async () => {
  const engine = await defaultEngine();
  const { adapter } = await engine.loadOther({ path });
  const last = async (of: string) => {
    const request = { text: of, count: 10 };
    const found = await engine.textInBoth(request);
    if (found.kind !== 'same') throw new Error('The text is cut in two ways.');
    return { ...(await engine.positionInBoth({ ...request, position: found.length - 1 })), all: found.divergence[0] };
  };
  const probabilities = async (scale: number) => {
    await engine.scaleOther({ scale });
    const { tokens } = await last(text);
    const of = (name: string) => tokens.find(({ token }) => token.text === name)?.probability[1];
    return [fixed(scale, scale % 1 === 0 ? 0 : 1), probability(of(' Sydney')), probability(of(' Canberra'))];
  };
  const rows: string[][] = [];
  for (const scale of [-1, 0, 0.5, 1, 2]) rows.push(await probabilities(scale));
  expect(rowsUnder(page, 'See it')).toEqual(rows);
  await engine.scaleOther({ scale: 1 });
  const [kept, other] = [await last('The capital of France is'), await last('The capital of Italy is')];
  expect(Math.max(...kept.all)).toBeLessThan(1e-6);
  const rome = other.tokens.find(({ token }) => token.text === ' Rome')?.probability.map((share) => probability(share));
  expect(said).toContain(`\`·Rome\` goes from ${rome?.join(' to ')}.`);
  expect(rowsUnder(page, 'Was it trained, and where?')).toEqual(
    adapter?.modules.map(({ tensor, relative, rank, isZero }) => [
      `\`${tensor}\``,
      isZero ? 'B is zero: not trained' : percent(100 * relative, 2),
      String(rank),
    ]),
  );
  const { parts, whole } = await engine.blame({ text, position: 4, by: 'parts', reverse: false });
  for (const { part, divergence } of parts) {
    const isIt = part.kind === 'feedForward' && part.layer === 24;
    expect(divergence).toBeCloseTo(isIt ? whole.divergence : 0, 6);
  }
  await engine.releaseOther({});
});
