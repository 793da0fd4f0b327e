import { describe, expect, it } from 'vitest';
import { fixed, probability, signed } from '../../src/shared/format';
import { textParts } from '../../src/shared/textParts';
import { defaultEngine } from './support/engine';
import { rowsUnder, textOf } from './support/pages';
import { sampled } from './support/sample';

const page = 'docs/18-what-mattered.md';
const said = textOf(page).replaceAll('\n', ' ');
const prompt = /```text\n(.*?)\n```/s.exec(textOf(page))?.[1] ?? '';
const repaired = prompt.replace('Word: smart\nOpposite: clever\n\n', '');

/** The likeliest token after a text, and the probability of the right answer. */
async function after(text: string) {
  const engine = await defaultEngine();
  const { likeliest, edge, length } = await engine.run({ text });
  const position = length - 1;
  const { bits } = await engine.matters({ text, position, answer: ' hate', parts: [] });
  const top = likeliest[position]?.[0];
  const first = `\`${top?.token.text.replace(' ', '·')}\`, with ${probability(top?.probability ?? NaN)}`;
  return { position, edge, first, answer: probability(2 ** -bits) };
}

/** The changes without each part; with words, without those that begin with one, and without all of these at once. */
async function changes(text: string, names?: readonly string[], by: 'example' | 'word' = 'example', answer = ' hate') {
  const engine = await defaultEngine();
  const { tokens } = await engine.tokenise({ text });
  const parts = textParts(text, tokens, by)
    .map(({ start, end, positions }) => ({ name: text.slice(start, end).replace('Word:', '').trim(), positions }))
    .filter(({ name }) => !names || names.some((one) => name.startsWith(one)));
  const all = names ? [parts.flatMap(({ positions }) => positions)] : [];
  const asked = [...parts.map(({ positions }) => positions), ...all];
  const found = await engine.matters({ text, position: tokens.length - 1, answer, parts: asked });
  return found.parts
    .map(({ part, ...one }) => ({ ...one, name: /\w+/.exec(parts[part]?.name ?? '')?.[0] ?? 'all' }))
    .toSorted((a, b) => (names ? 0 : Math.abs(b.change) - Math.abs(a.change)));
}

describe('the numbers of the page about what mattered are those of the engine', () => {
  it('each example left out', async () => {
    const [now, rows] = [await after(prompt), await changes(prompt)];
    expect(said).toContain(`The model expects ${now.first}, and \`·hate\`, the right answer, with ${now.answer}.`);
    const shown = rowsUnder(page, 'Leave each out').map(([name = '', ...cells]) => [/\w+/.exec(name)?.[0], ...cells]);
    expect(rows.map(({ name, bits, change }) => [name, fixed(bits, 2), signed(change)])).toEqual(shown);
    // That no other example carries it more needs them all.
    const carried = await changes(prompt, sampled<string[] | undefined>(['smart'], undefined), 'example', ' love');
    const most = carried.find(({ name }) => name !== 'love');
    expect(most?.name).toBe('smart');
    expect(said).toContain(`the same example carries it most, by ${fixed(most?.change ?? NaN, 2)} bits.`);
  });

  it('several left out, and finer parts', async () => {
    const both = async (...names: readonly string[]) => {
      const [one, two, all] = (await changes(prompt, names)).map(({ change }) => change);
      return [signed(all ?? NaN), signed((one ?? NaN) + (two ?? NaN))];
    };
    expect(said).toContain((await both('smart', 'day')).join(' bits, where one by one they add up to '));
    expect(said).toContain((await both('day', 'up')).join(', one by one '));
    const [day] = await changes(repaired, ['day']);
    expect(said).toContain(`and matters by ${fixed(day?.change ?? NaN, 2)}.`);
    const [smart, clever] = (await changes(prompt, ['smart', 'clever'], 'word')).map(({ change }) => fixed(-change, 2));
    expect(said).toContain(`without \`·clever\` the answer costs ${clever} bits less, without \`·smart\` ${smart}.`);
  });

  it('with and without the wrong example', async () => {
    const [a, b] = [await after(prompt), await after(repaired)];
    const ends = { position: a.position, otherPosition: b.position, count: 5 };
    const two = await (await defaultEngine()).twoPositions({ text: prompt, other: { text: repaired }, ...ends });
    const sizes = two.hiddenSize.map((size) => fixed(size, 2)).join(' and ');
    expect(said).toContain(`h turned by ${fixed(two.angle, 1)}° and kept its size, ${sizes}.`);
    const [love, hated] = two.tokens.map((one) => one.probabilities.map((share) => probability(share)).join(' to '));
    expect(said).toContain(`\`·hate\` rises from ${hated}, and \`·love\` falls from ${love}.`);
    expect(said).toContain(`Without that example \`·hate\` has ${b.answer}.`);
    const right = await after(prompt.replace('clever', 'stupid'));
    expect(said).toContain(`With \`Opposite: stupid\`, \`·hate\` has ${right.answer}.`);
    const [friend] = await changes(prompt.replace('love', 'friend'), ['smart'], 'example', ' enemy');
    expect(said).toContain(`costs \`·enemy\` ${fixed(-(friend?.change ?? NaN), 2)} bits.`);
  });

  it('the edge of a prompt', async () => {
    for (const [text = '', ...cells] of rowsUnder(page, 'The edge of the prompt')) {
      const { edge } = await after(text.slice(1, -1).replace('·', ' '));
      const typed = edge?.typed.toFixed(7).replace(/(?<=\.0*[1-9]\d)\d+$/, '');
      const whole = edge && [`\`${edge.whole.text.replace(' ', '·')}\``, probability(edge.probability)];
      expect(cells).toEqual([...(whole ?? []), typed]);
    }
    expect(said).toContain(`it expects something else: ${(await after('The capital of Fran')).first}.`);
    expect(said).toContain(`the digit ${(await after(`${prompt} `)).first}.`);
  });

  it('two tokenizers', async () => {
    const text = 'Das größte Haus, 12345';
    const { own, others } = await (await defaultEngine()).cuts({ text, others: [{ encoding: 'o200k_base' }] });
    const spelled = ({ tokens }: typeof own, within: { start: number; end: number }) =>
      tokens
        .filter(({ start }) => start >= within.start && start < within.end)
        .map(({ bytes }) => `\`${Buffer.from(bytes).toString().replace(' ', '·')}\``)
        .join(' ');
    const rows = others.flatMap(({ partings, ...other }) => {
      expect(said).toContain(`cut \`${text}\` into ${own.count} and ${other.count} tokens`);
      return partings.map((one) => [String(one.start), spelled(own, one), spelled(other, one), one.reason]);
    });
    expect(rows).toEqual(rowsUnder(page, 'Two tokenizers'));
  });
});
