import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialChoices } from '../../../src/extension/inspection/views';
import { defaultOptions, fittingFragment, readLink, uri, wholeText, type Link } from '../../../src/page/link';
import { samplerSteps } from '../../../src/shared/continuation';
import { lensColourings } from '../../../src/shared/instruments';
import { defaultView } from '../../../src/shared/kept';
import { experiments } from '../../../src/shared/lab';
import { metrics } from '../../../src/shared/metrics';
import { allColourings } from '../../../src/shared/panel';
import { rooms } from '../../../src/shared/rooms';
import { neighbourSpaces } from '../../../src/shared/sides';
import { longestExpression } from '../../../src/shared/vectors/expression';
import { steeredPositions, steerings } from '../../../src/shared/vectors/steering';
import { settings } from '../support/manifest';

const usual = wholeText('abc');
const natural = fc.nat({ max: 200_000 });
const expression = fc.string({ unit: 'binary', minLength: 1, maxLength: longestExpression });
/** One that fits into a link beside the others. */
const other = fc.record({ text: fc.string({ minLength: 1 }), from: fc.option(fc.string()) });

const links: fc.Arbitrary<Link> = fc
  .tuple(
    // A text area has no other line ends.
    fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replaceAll('\r', '\n')),
    fc.option(fc.string({ minLength: 1 })),
    fc.record({
      position: fc.option(natural),
      tokenId: fc.option(natural),
      options: fc.record({
        context: fc.boolean(),
        plain: fc.boolean(),
        chat: fc.option(
          fc.record({
            system: fc.option(fc.string()),
            generationPrompt: fc.boolean(),
            template: fc.option(fc.string()),
          }),
        ),
        centred: fc.boolean(),
        space: fc.constantFrom(...neighbourSpaces),
        colouring: fc.constantFrom(...allColourings),
      }),
      view: fc.record({
        room: fc.constantFrom(...rooms),
        showSizes: fc.boolean(),
        hideFragments: fc.boolean(),
        scopeMetric: fc.option(fc.constantFrom(...metrics)),
        scopeSizes: fc.boolean(),
        lensColouring: fc.constantFrom(...lensColourings),
        lensBetween: fc.boolean(),
        experiment: fc.option(fc.constantFrom(...experiments)),
        sampler: fc.record({
          ...{ repeatPenalty: fc.constantFrom(1, 1.3), topK: fc.nat(1000), typical: fc.constantFrom(1, 0.5) },
          ...{ topP: fc.constantFrom(0.95, 1), minP: fc.constantFrom(0.05, 0), temperature: fc.constantFrom(0.8, 0) },
          order: fc.shuffledSubarray([...samplerSteps], { minLength: 1 }),
        }),
        continuing: fc.record({ count: fc.nat(1000), sampled: fc.boolean(), seed: natural, stop: fc.string() }),
        labOptions: fc.dictionary(fc.constantFrom('seed', 'to', 'whole', 'k'), fc.oneof(natural, fc.boolean())),
      }),
      rooms: fc.record(
        {
          vector: expression,
          other,
          appended: fc.array(fc.record({ id: natural, text: fc.string(), special: fc.boolean() })),
          steering: fc.record({
            expression,
            how: fc.constantFrom(...steerings),
            strength: fc.double({ min: -1000, max: 1000, noNaN: true }).map((strength) => strength + 0),
            layer: fc.option(natural),
            positions: fc.constantFrom(...steeredPositions),
          }),
        },
        { requiredKeys: [] },
      ),
    }),
    fc.nat(),
    fc.nat(),
  )
  .map(([text, model, kept, from, length]) => {
    const start = from % text.length;
    return { text, model, kept: { uri, ...kept, start, end: start + 1 + (length % (text.length - start)) } };
  });

describe('a link', () => {
  it('shows what its sender saw', () => {
    fc.assert(
      fc.property(links, (link) => {
        const [fragment, leftOut] = fittingFragment(link);
        expect(leftOut).toBeNull();
        expect(readLink(fragment ?? '')).toEqual(link);
      }),
    );
  });

  it('leaves out a second text that is too long beside the first, and says so', () => {
    fc.assert(
      fc.property(links, fc.integer({ min: 29_970, max: 30_000 }), (link, length) => {
        const { other: _, ...rooms } = link.kept.rooms;
        const long = { ...link.kept, rooms: { ...rooms, other: { text: 'b'.repeat(length), from: null } } };
        const [fragment, leftOut] = fittingFragment({ ...link, kept: long });
        expect(leftOut).toBe('other');
        expect(readLink(fragment ?? '')).toEqual({ ...link, kept: { ...link.kept, rooms } });
      }),
    );
  });

  it('names the text alone where everything is as usual', () => {
    const text = 'The capital of France is';
    expect(fittingFragment({ text, model: null, kept: wholeText(text) })).toEqual([
      'text=The+capital+of+France+is',
      null,
    ]);
  });

  it('is none for a text that is too long for it', () => {
    const text = 'a'.repeat(40_000);
    for (const rooms of [{}, { other: { text: 'b', from: null } }])
      expect(fittingFragment({ text, model: null, kept: { ...wholeText(text), rooms } })).toEqual([null, 'text']);
  });

  it.each(['', 'text=', 'colouring=entropy', 'foo'])('is none without a text: “%s”', (fragment) =>
    expect(readLink(fragment)).toBeNull(),
  );

  it.each([
    'part=2-9',
    'part=2-1',
    'part=x',
    'part=-1-2',
    'part=1e9-2e9',
    'colouring=pink',
    'position=-1',
    'centred=maybe',
    'position=1e99',
    'experiment=__proto__',
    'vector=',
    `vector=${'a'.repeat(1001)}`,
    'other=B',
    'other={"text":""}',
    'appended=[3]',
    'appended=[',
    'steering={"expression":"h"}',
    'labOptions={"seed":"x"}',
  ])('shows its text as usual where “%s” cannot be read', (rest) =>
    expect(readLink(`text=abc&${rest}`)).toEqual({
      ...{ text: 'abc', model: null, kept: usual },
    }),
  );

  it('keeps what can be read beside a choice that cannot', () => {
    const link = readLink('text=abc&colouring=pink&lensColouring=mood&centred=true&room=layers&position=1&token=-5');
    expect(link?.kept).toEqual({
      ...{ ...usual, position: 1 },
      options: { ...usual.options, centred: true },
      view: { ...defaultView, room: 'layers' },
    });
  });

  it('may be written by hand', () =>
    expect(readLink('text=abc&vector=5&room=vector')?.kept).toMatchObject({
      rooms: { vector: '5' },
      view: { room: 'vector' },
    }));

  it('has the line ends of a text area', () => expect(readLink('text=a%0D%0Ab%0Dc')?.text).toBe('a\nb\nc'));
});

describe('the options of the page', () => {
  it('are the defaults of the settings', () => {
    const declared = (name: string) => settings.get(name)?.default;
    expect(defaultOptions).toEqual({
      ...initialChoices,
      context: declared('context'),
      contextTokens: declared('contextTokens'),
      centred: declared('centred'),
      limit: declared('tokenLimit'),
      colouring: declared('colourBy'),
      metric: declared('metric'),
      neighbours: declared('neighbours'),
      top: declared('predictions'),
    });
  });
});
