import { afterEach, expect, it } from 'vitest';
import { count, fixed, percent, setLanguage, size } from '../../src/shared/format';

afterEach(() => setLanguage('en'));

it.each(['en', 'de'])('1,000 numbers are formatted in about 1 ms: %s', (tag) => {
  setLanguage(tag);
  const kinds = [count, size, percent, (value: number) => fixed(value, 2)];
  let best = Infinity;
  // The first attempts make the formatters and let the runtime compile the functions.
  for (let attempt = 0; attempt < 100; attempt++) {
    const start = performance.now();
    for (let i = 0; i < 1000; i++) kinds[i % kinds.length]?.(i * 37.123);
    best = Math.min(best, performance.now() - start);
  }
  // A loaded machine takes several times as long; formatters that are made anew each time take longer still.
  expect(best).toBeLessThan(5);
});
