import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalEngine } from '../../../src/engine/localEngine';
import type { Run } from '../../../src/shared/engine';
import { defaultEngine } from '../support/engine';

const prompts = JSON.parse(readFileSync(new URL('../../fixtures/prompts.json', import.meta.url), 'utf8')) as Record<
  string,
  { text: string; ids: number[] }
>;
const long = prompts['256'] as { text: string; ids: number[] };

let engine: LocalEngine;
beforeAll(async () => {
  engine = await defaultEngine();
});

const forget = () => engine.run({ text: 'Otherwise' });

function expectSame(found: Run, expected: Run): void {
  expect(found.length).toBe(expected.length);
  const close = (a: ArrayLike<number>, b: ArrayLike<number>, allowed: number) => {
    for (let i = 0; i < b.length; i++) {
      const [x, y] = [a[i] as number, b[i] as number];
      if (Number.isNaN(y)) expect(x).toBeNaN();
      else if (Math.abs(x - y) > allowed * Math.max(1, Math.abs(y))) expect.fail(`${x} at ${i}, expected ${y}`);
    }
  };
  close(found.hiddenSize, expected.hiddenSize, 1e-5);
  close(found.entropy, expected.entropy, 1e-4);
  close(found.surprisal, expected.surprisal, 1e-4);
  found.layers.residualSize.forEach((row, layer) =>
    close(row, expected.layers.residualSize[layer] as Float64Array, 1e-4),
  );
}

describe('a run', () => {
  it('reads long prompts as the reference tokenizer does', async () => {
    for (const { text, ids } of Object.values(prompts)) {
      const { tokens } = await engine.tokenise({ text });
      expect(tokens.map(({ id }) => id)).toEqual(ids);
    }
  });

  it('gives the same numbers when the text grows as when it is run at once', async () => {
    const text = long.text.slice(0, 120);
    const { tokens } = await engine.tokenise({ text });
    await forget();
    const whole = await engine.run({ text });
    await forget();
    await engine.run({ text: text.slice(0, tokens.at(-4)?.start) });
    expectSame(await engine.run({ text }), whole);
  });

  it('gives the same numbers when an old text branches off in the middle', async () => {
    const text = `${long.text.slice(0, 60)} Then nothing happened.`;
    await forget();
    const whole = await engine.run({ text });
    await engine.run({ text: long.text.slice(0, 120) });
    expectSame(await engine.run({ text }), whole);
  });

  it('is cancelled by a newer one, which gives its own answer', async () => {
    await forget();
    const older = engine.run({ text: long.text });
    const newer = engine.run({ text: 'The capital of France is' });
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    await expect(newer).resolves.toMatchObject({ length: 5 });
  });

  it('stops at its next step when it is cancelled, and the model stays loaded', async () => {
    await forget();
    const abort = new AbortController();
    let after = 0;
    const run = engine.run(
      { text: long.text },
      {
        signal: abort.signal,
        onProgress: ({ fraction }) => {
          if (abort.signal.aborted) after++;
          else if (fraction > 0.1) abort.abort();
        },
      },
    );
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(after).toBeLessThanOrEqual(1);
    await expect(engine.run({ text: 'The' })).resolves.toMatchObject({ length: 1 });
  });

  it('answers about a token while a run goes on', async () => {
    await forget();
    let finished = false;
    const run = engine.run({ text: long.text.slice(0, 600) }).then(() => (finished = true));
    const { query } = await engine.neighbours({ id: 7042, count: 10, centred: false });
    expect(query.text).toBe(' Paris');
    expect(finished).toBe(false);
    await run;
  });

  it('covers the tokens up to the limit and counts the others', async () => {
    const text = 'one two three four five six';
    const inspection = await engine.inspect({ text, limit: 4, neighbours: 3, top: 2, layers: true, centred: false });
    expect(inspection.leftOut).toBe(2);
    expect(inspection.tokens).toHaveLength(6);
    expect(inspection.tokens.map(({ surprisal }) => surprisal === null)).toEqual([
      true,
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(inspection.predictions).toHaveLength(4);
    expect(inspection.neighbours).toHaveLength(4);
    expect(inspection.predictions?.[0]?.top).toHaveLength(2);
    expect(inspection.predictions?.[0]?.nearest.dot).toHaveLength(10);
    expect(inspection.neighbours?.[0]?.euclidean).toHaveLength(3);
    expect(inspection.layers?.residualSize).toHaveLength(31);
    expect(inspection.layers?.attentionSize).toHaveLength(30);
    expect(inspection.layers?.residualSize[0]).toHaveLength(4);
  });
});

describe('the text before', () => {
  it('is read together with the text, and counted apart', async () => {
    const { tokens, contextCount } = await engine.tokenise({ context: 'The capital of', text: ' France is' });
    expect(contextCount).toBe(3);
    expect(tokens.map(({ text }) => text)).toEqual(['The', ' capital', ' of', ' France', ' is']);
    expect(tokens[3]).toMatchObject({ start: 0, end: 7 });
    expect(tokens[2]).toMatchObject({ start: -3, end: 0 });
  });

  it('gives a token across the border to the text', async () => {
    const { tokens, contextCount } = await engine.tokenise({ context: 'The cap', text: 'ital of' });
    expect(contextCount).toBe(1);
    expect(tokens[1]).toMatchObject({ text: ' capital', start: -4, end: 4 });
  });

  it('keeps its last tokens only, and changes the prediction', async () => {
    const context = 'The capital of';
    const { tokens, contextCount } = await engine.tokenise({ context, text: ' France is', contextTokens: 2 });
    expect(contextCount).toBe(2);
    expect(tokens.map(({ text }) => text)).toEqual([' capital', ' of', ' France', ' is']);
    const run = await engine.run({ context, text: ' France is' });
    expect(run.length).toBe(5);
    expect(run.likeliest[4]?.[0]?.token.text).toBe(' Paris');
  });
});

describe('requests that cannot be met', () => {
  it.each([
    ['an empty text', () => engine.run({ text: '' }), 'empty-text', /select some characters/],
    ['a token that does not exist', () => engine.token(49152), 'bad-request', /no token 49152.*0 to 49151/],
    [
      'a list that is too long',
      () => engine.neighbours({ id: 1, count: 1001, centred: false }),
      'bad-request',
      /count is 1001. Give 1 to 1000/,
    ],
    [
      'a position beyond the text',
      () => engine.prediction({ text: 'The', position: 1, count: 5 }),
      'bad-request',
      /position is 1. Give 0 to 0/,
    ],
    [
      'a position between two',
      async () => {
        await engine.run({ text: 'The cat' });
        return engine.prediction({ text: 'The cat', position: 0.5, count: 5 });
      },
      'bad-request',
      /position is 0\.5/,
    ],
    [
      'a run that is not known',
      () => engine.prediction({ run: 'another', position: 0, count: 5 }),
      'bad-request',
      /no longer has this run/,
    ],
    ['a limit of none', () => engine.tokenise({ text: 'a', limit: 0 }), 'bad-request', /limit is 0/],
  ])('%s is refused with a sentence', async (_, request, code, sentence) => {
    const error: unknown = await request().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code, message: expect.stringMatching(sentence) as string });
  });
});

describe('search in the vocabulary', () => {
  it('finds the text itself first, then its spelling with a space', async () => {
    const { tokens, total } = await engine.find({ query: 'Paris', count: 5 });
    expect(tokens.slice(0, 2).map(({ text }) => text)).toEqual(['Paris', ' Paris']);
    expect(total).toBeGreaterThanOrEqual(tokens.length);
    expect(tokens.every(({ text }) => text.toLowerCase().includes('paris'))).toBe(true);
  });

  it('finds a token by its id, and nothing for no text', async () => {
    expect((await engine.find({ query: '7042', count: 5 })).tokens[0]).toMatchObject({ id: 7042, text: ' Paris' });
    expect(await engine.find({ query: '', count: 5 })).toEqual({ tokens: [], total: 0 });
  });
});

describe("OpenAI's encodings", () => {
  it('count all tokens and return as many as are asked for', async () => {
    const { count, tokens } = await engine.encode({ encoding: 'r50k_base', text: 'The capital of France is', most: 2 });
    expect(count).toBe(5);
    expect(tokens).toMatchObject([
      { start: 0, end: 3 },
      { start: 3, end: 11 },
    ]);
  });
});

describe('a long list', () => {
  it('holds exactly as many entries as were asked for, in order', async () => {
    const { lists } = await engine.neighbours({ id: 260, count: 1000, centred: false });
    for (const list of Object.values(lists)) {
      expect(list).toHaveLength(1000);
      expect(new Set(list.map(({ token }) => token.id)).size).toBe(1000);
    }
    expect(lists.euclidean.map(({ ranks }) => ranks.euclidean)).toEqual(lists.euclidean.map((_, i) => i + 1));
  });
});
