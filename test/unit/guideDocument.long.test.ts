import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { measureDocument } from '../../src/shared/document/measure';
import { DocumentSums, lineSum } from '../../src/shared/document/sums';
import { usualWindow } from '../../src/shared/document/windows';
import { perplexityOf } from '../../src/shared/surprisalSum';
import { defaultEngine } from './support/engine';

const fromRoot = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('the numbers of the page about whole documents are those of the engine', async () => {
  const text = fromRoot('media/sample.md');
  const said = fromRoot('docs/12-document.md').replaceAll('\n', ' ');
  const sums = new DocumentSums(text);
  let tokens = 0;
  for await (const document of measureDocument(await defaultEngine(), { text })) {
    sums.take(document);
    tokens = document.measured;
  }
  const { total } = sums;
  expect(total.tokens).toBe(tokens - 1);
  expect(said).toContain(
    `The sample has ${tokens} tokens. All but the first are predicted: with ${total.bitsPerCharacter?.toFixed(2)} bits a character, and a perplexity of ${perplexityOf(total)?.toFixed(1)}.`,
  );

  const byLine = Array.from(sums.lines.tokens, (_, line) => ({ line, ...lineSum(sums.lines, line) }))
    .filter((line) => line.tokens >= 5)
    .sort((a, b) => (b.bitsPerCharacter ?? 0) - (a.bitsPerCharacter ?? 0));
  const [worst] = byLine;
  expect(said).toContain(
    `line ${(worst?.line ?? NaN) + 1}: ${worst?.bitsPerCharacter?.toFixed(2)} bits a character. It has letters`,
  );
  const code = byLine.find(({ line }) => line === (worst?.line ?? NaN) + 2);
  expect(said).toContain(`The line of code below has ${code?.bitsPerCharacter?.toFixed(2)}.`);

  const [first] = sums.surprising;
  const [expected] = first?.expected ?? [];
  expect(said).toContain(
    `First is “${first?.text}” in line ${(first?.line ?? NaN) + 1}, with ${first?.surprisal.toFixed(2)} bits`,
  );
  expect(said).toContain(
    `expected ${expected?.token.text}, with ${(100 * (expected?.probability ?? NaN)).toFixed(1)} %.`,
  );

  expect(said).toContain(`The model reads ${usualWindow} tokens at a time`);
  expect(said).toContain(`from at least ${usualWindow / 2} tokens before it`);
});
