import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { byCost, modelPart } from '../../src/shared/blameWords';
import type { PositionInBoth, SameTokens } from '../../src/shared/both';
import { likeliestInBoth, leadOf } from '../../src/shared/bothFacts';
import { degrees, fixed, percent, probability } from '../../src/shared/format';
import { english } from '../../src/shared/translator';
import { defaultEngine, modelPath } from './support/engine';
import { requantise, type Requantised } from './support/requantise';
import { sampled } from './support/sample';

const page = readFileSync(new URL('../../docs/10-two-models.md', import.meta.url), 'utf8').replaceAll('\n', ' ');
const text = 'The capital of France is';
const paris = 7042;

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-guide-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function compared(type: Requantised) {
  const path = join(folder, `${type}.gguf`);
  writeFileSync(path, requantise(readFileSync(modelPath), type));
  const engine = await defaultEngine();
  await engine.loadOther({ path });
  const both = (await engine.textInBoth({ text, count: 1 })) as SameTokens;
  const last = await engine.positionInBoth({ text, position: both.length - 1, count: 10 });
  const rows = await engine.rowsInBoth({ matrix: 'output', count: 1, ids: [] });
  const question = { text, plain: false, position: both.length - 1, by: 'parts' as const };
  const blame = type === 'Q4_0' ? await engine.blame({ ...question, reverse: false }) : null;
  const kept = type === 'Q4_0' ? await engine.blame({ ...question, reverse: true }) : null;
  const tensors = type === 'Q4_0' ? await engine.tensorChanges({ path: modelPath, other: path }) : null;
  await engine.releaseOther({});
  return { both, last, rows, blame, kept, tensors };
}

const ofParis = ({ tokens }: PositionInBoth) => {
  const token = tokens.find(({ token: { id } }) => id === paris);
  if (!token) throw new Error('·Paris is among the likeliest of neither model.');
  return token;
};
const name = (written: string) => `\`${written.replace(' ', '·').replace('\n', '⏎')}\``;
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

describe('the page on two models', () => {
  it('has the numbers of the copy in Q4_0', async () => {
    const { both, last, rows, blame, kept, tensors } = await compared('Q4_0');
    if (!blame || !kept || !tensors) throw new Error('Nothing was exchanged.');
    const words = ['The', ' capital', ' of', ' France', ' is'];
    both.first.forEach(([a, b], i) =>
      expect(page).toContain(
        `| ${name(words[i] ?? '')} | ${name(a.token.text)} | ${name(b.token.text)} | ${fixed(both.divergence[0][i] ?? NaN, 2)} | ${degrees(both.hiddenAngle?.[i] ?? NaN)} |`,
      ),
    );
    const { probability: share, rank, logit, parts, size } = ofParis(last);
    expect(page).toContain(
      `\`·Paris\` falls from ${probability(share[0])} to ${probability(share[1])} and from first to ${rank[1]}th place.`,
    );
    expect(page).toContain(`fell from ${fixed(logit[0], 2)} to ${fixed(logit[1], 2)}.`);
    expect(page).toContain(`| the angle between h and \`·Paris\` | ${signed(parts.angle)} |`);
    expect(page).toContain(
      `| the size of h, ${last.hiddenSize.map((value) => fixed(value, 2)).join(' and ')} | ${signed(parts.hiddenSize)} |`,
    );
    expect(page).toContain(
      `| the size of \`·Paris\`, ${size.map((value) => fixed(value, 3)).join(' and ')} | ${signed(parts.size)} |`,
    );
    const [first, second] = likeliestInBoth(last) ?? [];
    if (!first || !second) throw new Error('Nothing is expected.');
    const lead = leadOf(first, second);
    expect([first, second].map(({ token }) => token.text)).toEqual([' Paris', ' capital']);
    expect(page).toContain(
      `was ${fixed(lead.logit[0], 2)} ahead of \`·capital\` and is ${fixed(-lead.logit[1], 2)} behind it.`,
    );
    expect(page).toContain(`${signed(lead.parts.angle)} from their angles to h.`);
    expect(page).toContain(`| all | ${signed(logit[1] - logit[0])} |`);
    expect(page).toContain(
      `turned by ${degrees(rows.angle?.median ?? NaN)} or more (the median), none by more than 8.8°`,
    );
    expect(page).toContain(`makes ${degrees(last.hiddenAngle ?? NaN)} of it for h`);
    expect(rows.angle?.most).toBeLessThan(8.8);
    expect(page).toContain('no size changed by more than 2.6 %');
    expect(Math.max(rows.ratio.most - 1, 1 - rows.ratio.least)).toBeLessThan(0.026);
    const after = (layer: number) => degrees(last.residualAngle?.[layer + 1] ?? NaN);
    expect(page).toContain(
      `${after(-1)} apart at the input, ${after(10)} after layer 10, ${after(20)} after layer 20 and ${after(29)} at the end`,
    );
    const ratios = Array.from(last.residualSize[0], (value, i) => (last.residualSize[1][i] ?? NaN) / value);
    expect(ratios.every((ratio) => Math.abs(ratio - 1) < 0.1)).toBe(true);
    for (const { part, divergence, h } of byCost(blame, 'divergence').slice(0, 4))
      expect(page).toContain(`| ${modelPart(part, english)} | ${fixed(divergence, 3)} | ${degrees(h.angle)} |`);
    const sum = blame.parts.reduce((all, { divergence }) => all + divergence, 0);
    expect(page).toContain(`One by one the ${blame.parts.length} add up to ${fixed(sum, 2)} bits`);
    for (const { part, divergence } of byCost(kept, 'divergence').slice(0, 4))
      expect(page).toContain(
        `| ${modelPart(part, english)} | ${fixed(divergence, 2)} | ${fixed(kept.whole.divergence - divergence, 2)} |`,
      );
    const errorOf = (name: string) => percent(100 * (tensors.tensors.find((one) => one.name === name)?.error ?? NaN));
    expect(page).toContain(`its relative error is ${errorOf('blk.11.ffn_down.weight')}, and that of the`);
    expect(page).toContain(`embedding, which changed most, is ${errorOf('token_embd.weight')}.`);
  });

  // A second copy takes as long again.
  it.each(sampled([], ['Q8_0'] as const))('has the numbers of the copy in %s', async (type) => {
    const { both, last, rows } = await compared(type);
    expect([rows.angle?.most, rows.ratio.least, rows.ratio.most]).toEqual([0, 1, 1]);
    expect(both.first.every(([a, b]) => a.token.id === b.token.id)).toBe(true);
    const angle = degrees(last.residualAngle?.at(-1) ?? NaN);
    expect(page).toContain(
      `residuals end ${angle} apart, KL is ${fixed(last.divergence[0], 3)} bits after \`·is\`, and the likeliest next token is the same at all five positions.`,
    );
    const [a, b] = ofParis(last).probability;
    expect(page).toContain(`\`·Paris\` has ${probability(b)} where it had ${probability(a)}.`);
  });
});
