import { scaleLinear } from 'd3-scale';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPassing, scaleOf, sources, valueAt } from '../../../src/shared/colouring';
import { allColourings } from '../../../src/shared/panel';

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true });

it('colours by the scale of d3 that is rounded outwards and clamped', () => {
  fc.assert(
    fc.property(finite(1.001, 1e4), finite(0.001, 0.5), finite(0, 2e4), (high, share, value) => {
      const low = high * share;
      const d3 = scaleLinear().domain([low, high]).nice(5).clamp(true);
      const { ends, strength } = scaleOf('size', [low, high]);
      expect(ends).toEqual(d3.domain());
      expect(strength(value)).toBe(d3(value));
    }),
  );
  expect(scaleOf('surprisal', [3, 17.2]).ends).toEqual([0, 20]);
  expect(scaleOf('surprisal', [0, 1]).strength(Number.NaN)).toBeNaN();
});

it('takes the values of a quantity from that quantity alone', () => {
  const named = (name: string) => Float64Array.of(allColourings.indexOf(name as 'size'));
  const [surprisal, entropy] = [named('surprisal'), named('entropy')];
  const measured = { surprisal, entropy, tokens: { sizes: named('size') } };
  const run = { surprisal: [...surprisal], entropy: [...entropy] };
  const quantities = allColourings.filter((one) => one !== 'none');
  for (const quantity of quantities) {
    const token = { index: 0, size: named('size')[0] } as never;
    expect(valueAt(quantity, token, run as never, named(quantity))).toBe(named(quantity)[0]);
    const ofDocument = sources[quantity].ofDocument(measured as never);
    expect(ofDocument).toEqual(ofDocument && named(quantity));
  }
  const ofDocuments = quantities.filter((one) => sources[one].ofDocument(measured as never) !== null);
  expect(ofDocuments).toEqual(expect.arrayContaining(['size', 'surprisal', 'entropy']));
  expect(ofDocuments.filter(isPassing)).toEqual([]);
});
