import { it } from 'vitest';
import { readFileSync } from 'node:fs';
import { textParts } from '../../src/shared/textParts';
import { defaultEngine } from './support/engine';

it('x', async () => {
  const engine = await defaultEngine();
  const text = readFileSync('/tmp/g18/prompt.txt', 'utf8');
  const { tokens } = await engine.tokenise({ text });
  const position = tokens.length - 1;
  const parts = textParts(text, tokens, 'example');
  const p = (i: number) => parts[i]?.positions ?? [];
  const many = [[5, 4], [5, 3], [5, 0], [5, 2],[5,1],[0,1],[0,1,2,3],[0,1,2,3,4],[2,4],[5,0,1],[0,1,2],[1,2,3]];
  const found = await engine.matters({ text, position, answer: ' hate', parts: [...parts.map((x) => x.positions), ...many.map((l) => l.sort((a,b)=>a-b).flatMap(p))] });
  for (const x of found.parts.slice(parts.length)) { const l = many[x.part - parts.length] ?? []; console.log(l.join('+'), x.change.toFixed(3), 'sum', l.map((i) => found.parts[i]?.change ?? NaN).reduce((a, b) => a + b, 0).toFixed(3), 'p', (2**-x.bits).toFixed(3)); }
  const without = text.replace('Word: smart\nOpposite: clever\n\n', '');
  const other = { text: without };
  const cut = await engine.tokenise(other);
  const next = await engine.twoPositions({ text, other, position, otherPosition: cut.tokens.length - 1, count: 3 });
  console.log(JSON.stringify({...next, tokens: next.tokens.map((t) => [t.token.text, t.probabilities])}).slice(0, 1500));
  const two = await engine.twoTexts({ text, other });
  console.log(Object.keys(two), two.angles.length, two.angles.map((r) => r.at(-1)?.toFixed(1)).join(' '));
});
