import { describe, expect, it } from 'vitest';
import type { ContinuationStep } from '../../../../src/shared/continuation';
import type { ContinuedPath } from '../../../../src/shared/instruments';
import { alternativesTable, leadOver } from '../../../../src/webview/continuation/step';
import {
  continuationFinding,
  drawnSteps,
  forkAt,
  isNear,
  isTaken,
  pathRows,
  stepInTree,
  treeOf,
  type Branch,
} from '../../../../src/webview/continuation/tree';
import { samplerFinding } from '../../../../src/webview/nextToken/sampler';
import { sentence } from '../../../../src/webview/parts/words';
import { vocabularyToken } from '../build';

const token = (letter: string) => vocabularyToken(letter, letter.codePointAt(0) ?? 0);
/** A step whose second token, `?`, is so many logits behind. */
const step = (letter: string, lead = 2): ContinuationStep => {
  const second = 1 / (1 + Math.exp(lead));
  const own = { token: token(letter), probability: 1 - second, logit: lead };
  return {
    ...own,
    sampled: 1,
    hiddenSize: 10,
    alternatives: [own, { token: token('?'), probability: second, logit: 0 }],
  };
};
const path = (id: number, letters: string, more: Partial<ContinuedPath> = {}): ContinuedPath => ({
  ...{
    id,
    steps: [...letters].map((letter) => step(letter)),
    sampler: null,
    seed: null,
    stop: null,
    branched: null,
    ended: 'count',
  },
  ...more,
});

/** `ab[cd|e[f|g]]`: the steps of a part, then what it forks into. */
const drawn = ({ path: { steps }, from, to, forks }: Branch): string =>
  steps
    .slice(from, to)
    .map(({ token: { text } }) => text)
    .join('') + (forks.length > 0 ? `[${forks.map(drawn).join('|')}]` : '');
const tree = (...letters: readonly string[]) => treeOf(letters.map((one, id) => path(id, one)));

describe('the tree of continuations', () => {
  it.each([
    [['abcd'], 'abcd'],
    [['abcd', 'abxy'], 'ab[cd|xy]'],
    // The deepest fork stands first, so that no line crosses another.
    [['abcd', 'axyz', 'abcq'], 'a[bc[d|q]|xyz]'],
    [['abcd', 'axyz', 'axyq'], 'a[bcd|xy[z|q]]'],
    [['ab', 'xy'], '[ab|xy]'],
    // The beginning of another path, and the same path again, are no forks.
    [['ab', 'abcd', 'abcd'], 'abcd'],
  ])('of %j is %s', (letters, expected) => {
    const made = tree(...letters);
    expect(made && drawn(made)).toBe(expected);
  });

  it('keeps a path that a text ended on the way of another, with a step of its own', () => {
    const made = treeOf([path(0, 'abcd'), path(1, 'ab', { stop: 'b', ended: 'stop' })]) as Branch;
    expect(drawn(made)).toBe('a[bcd|b]');
    expect(drawnSteps(made).at(-1)).toEqual({ path: 1, step: 1 });
  });

  it('has no path before one has begun', () => {
    expect(tree()).toBeNull();
  });

  it('is walked by keys along a path and between paths', () => {
    const made = tree('abcd', 'axyz', 'abcq') as Branch;
    const rows = pathRows(made);
    const letters = drawnSteps(made).map((one) => ['abcd', 'axyz', 'abcq'][one.path]?.[one.step]);
    expect(letters.join('')).toBe('abcdqxyz');
    const walk = (from: number, ...keys: readonly string[]) =>
      letters[keys.reduce((at, key) => stepInTree(key, at, rows) ?? NaN, from)];
    expect(walk(0, 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight')).toBe('d');
    expect(walk(0, 'End', 'ArrowDown')).toBe('q');
    expect(walk(0, 'End', 'ArrowDown', 'ArrowLeft')).toBe('c');
    expect(walk(0, 'End', 'ArrowDown', 'ArrowDown')).toBe('z');
    // From a step that the paths share, the first that they do not.
    expect(walk(0, 'ArrowDown')).toBe('q');
    expect(walk(7, 'ArrowUp')).toBe('q');
    expect(walk(7, 'Home')).toBe('a');
    expect(stepInTree('x', 0, rows)).toBeNull();
  });

  it('asks for a branch up to the length of its path', () => {
    expect(forkAt(path(3, 'abcd'), 1, token('?'), 20)).toEqual({ from: { path: 3, step: 1, id: 63 }, count: 2 });
    for (const ended of [null, 'cancelled', 'endToken'] as const)
      expect(forkAt({ ...path(3, 'abcd'), ended }, 1, token('?'), 20).count).toBe(18);
    expect(forkAt({ ...path(3, 'abcd'), ended: 'stop' }, 1, token('?'), 2).count).toBe(2);
    const paths = [path(0, 'abcd'), path(1, 'a?cd')];
    expect([isTaken(paths, path(0, 'abcd'), 1, 63), isTaken(paths, path(0, 'abcd'), 2, 63)]).toEqual([true, false]);
  });
});

describe('a step', () => {
  it('is near if the second is at least half as likely', () => {
    expect([step('a', 0.69), step('a', 0.7)].map(isNear)).toEqual([true, false]);
  });

  it('takes a lead apart into angle and size', () => {
    const parts = (size: number, cosine: number) => ({ size, cosine, bias: 0, rawLogit: 10 * size * cosine });
    const own = { token: token('a'), probability: 0.5, logit: 6, parts: parts(2, 0.3) };
    const other = { token: token('b'), probability: 0.4, logit: 5, parts: parts(5, 0.1) };
    const made: ContinuationStep = { ...own, sampled: 1, hiddenSize: 10, alternatives: [own, other] };
    const lead = leadOver(made, other);
    expect(lead?.difference).toBeCloseTo(-1, 12);
    expect((lead?.angle ?? 0) + (lead?.size ?? 0)).toBeCloseTo(-1, 12);
    expect(alternativesTable(made).columns.map(({ key }) => key)).toContain('angle');
    // A server gives no parts.
    expect(alternativesTable(step('a')).columns.map(({ key }) => key)).not.toContain('angle');
  });
});

describe('the finding', () => {
  const said = (...paths: readonly ContinuedPath[]) => sentence(continuationFinding(paths));

  it('names the nearest call of one path, and what the other side costs', () => {
    const steps = [step('a'), step('b', 0.5), step('c')];
    expect(said(path(0, '', { steps }))).toBe(
      'The nearest call is step 2: b (0.622) before ? (0.378), which costs 0.72 bits more.',
    );
  });

  it('says that no step was near', () => {
    expect(said(path(0, 'abc'))).toBe('No step is a near call. At the nearest, step 1, a is 7.4 times as likely as ?.');
  });

  it('compares paths over one length alone', () => {
    const steps = [step('a'), step('x', 5), step('y')];
    expect(said(path(0, 'abcdefgh'), path(1, '', { steps, branched: 1 }))).toBe(
      'Over 3 tokens, x at 2 is likeliest: 0.38 bits, against 0.55 for greedy.',
    );
  });
});

describe('the finding of the sampler', () => {
  const [a, b] = [token('a'), token('b')];
  const stage = (name: 'minP' | 'typical' | 'temperature', first = a.id, mass = 1) => ({
    ...{ step: name, survivors: 2, mass, chosen: 0.5, first },
  });
  const sampling = (stages: readonly ReturnType<typeof stage>[], own = 0.3) => ({
    ...{ stages, count: 2 },
    tokens: [
      { token: a, probability: 0.7, own: 0.6 },
      { token: b, probability: 0.3, own },
    ],
  });
  it.each([
    [sampling([stage('typical', b.id)]), 'After typical, b leads instead of a.'],
    [
      sampling([stage('minP', a.id, 0.9), stage('temperature', a.id, 0.9)], 0.01),
      '2 tokens can be drawn. min-p leaves b, which the model gives 0.010: it is drawn with 0.300.',
    ],
    [sampling([stage('minP')]), '2 tokens can be drawn, a with 0.700 instead of 0.600.'],
  ])('%#: %s', (made, expected) => {
    expect(sentence(samplerFinding(made, a))).toBe(expected);
  });
});
