import { describe, expect, it } from 'vitest';
import { answerRender } from '../../../../src/engine/chat/answer';
import { renderApart } from '../../../../src/engine/chat/apart';
import { environmentOf } from '../../../../src/engine/platform/node/chatProcess';
import type { Thread } from '../../../../src/engine/platform/platform';
import { mostOfRenderers, rendering } from '../../../fuzz/rendering';
import { hostileKinds, hostileTemplate } from '../../../fuzz/templates';
import { randomOf } from '../../support/mutations';

const messages = [{ role: 'user', content: 'Hello' }];
const request = (template: string) => ({ template, messages, generationPrompt: true, tokens: {} });
/** In a process of its own. */
const render = (template: string, milliseconds?: number, signal?: AbortSignal) =>
  renderApart(request(template), signal, milliseconds === undefined ? {} : { render: milliseconds });
/** What that process does, here: for templates that end by themselves. */
const answer = (template: string) => answerRender({ ...request(template), kind: 'render' });

/** A template whose variable has 8 · 2^times characters. */
const doubling = (times: number, use: string) =>
  `{% set ns = namespace(x="aaaaaaa\n") %}{% for i in range(${times}) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ${use} }}`;
const nested = (depth: number): string =>
  depth === 0 ? '' : `{% for i${depth} in range(10000) %}${nested(depth - 1)}{% endfor %}`;

describe('a hostile template', () => {
  it('is stopped if it does not end', async () => {
    await expect(render(nested(4), 100)).rejects.toThrow(
      'The chat template did not finish within 0.1 seconds. Choose another template or another model.',
    );
  });

  it('ends with the request', async () => {
    const stop = new AbortController();
    const rendering = render(nested(4), 60_000, stop.signal);
    stop.abort();
    await expect(rendering).rejects.toMatchObject({ code: 'cancelled' });
  });

  // A thread with limits would take the engine along with it.
  it('is stopped if one list fills the memory', async () => {
    const template = `{% set ns = namespace(x=[1]) %}{% for i in range(30) %}{% set ns.x = ns.x + ns.x %}{% endfor %}`;
    await expect(render(template, 60_000)).rejects.toThrow(
      'The chat template needs too much memory: the process that runs it may use 96 MiB.',
    );
  });

  it('takes no more memory than the sentence says, by a list that is made at once', async () => {
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, mostOfRenderers())), 5);
    await rendering('{% for i in range(1000000000) %}{% endfor %}');
    clearInterval(timer);
    expect(most).toBeLessThan(96 * 2 ** 20);
  });

  it('has its error quoted', async () => {
    await expect(render('{{ raise_exception("Only \\"tools\\" please") }}')).rejects.toMatchObject({
      code: 'template-failed',
      message:
        'The chat template ends with an error: “Only "tools" please”. Change the conversation, or choose another template.',
    });
  });

  it('is said to have failed where its error has no words', async () => {
    await expect(render('{{ raise_exception("") }}')).rejects.toThrow(
      'The chat template ends with an error without a message. Change the conversation, or choose another template.',
    );
  });

  it.each([
    ['2 MB of output', doubling(18, 'ns.x')],
    ['more characters than a text can have', `${doubling(18, '""')}{% for i in range(1000) %}{{ ns.x }}{% endfor %}`],
  ])('may not write too much: %s', async (_, template) => {
    expect(await answer(template)).toEqual({ kind: 'long' });
  });

  // V8 gives one text more memory than the process may have.
  it('may not make a text that is too large, and does not need it to be written', async () => {
    expect(await answer(doubling(28, 'ns.x | upper | length'))).toEqual({ kind: 'large' });
    await expect(render(doubling(28, '""'))).rejects.toThrow(
      'The chat template needs too much memory: the process that runs it may use 96 MiB. Choose another template or another model.',
    );
  });

  it.each([
    ['parentheses', `{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`],
    ['a list in a list', `{{ ${'['.repeat(100_000)}${']'.repeat(100_000)} }}`],
  ])('may not nest too deeply: %s', async (_, template) => {
    expect(await answer(template)).toEqual({ kind: 'deep' });
  });

  it.each([
    '{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}',
    ...[
      'messages.constructor.constructor("return process")()',
      'messages[0].__proto__.polluted()',
      '"".constructor.fromCharCode(65)',
      'raise_exception.constructor("return 1")()',
      'range.call()',
      'process.exit()',
      'globalThis.process.exit()',
    ].map((expression) => `{{ ${expression} }}`),
  ])('fails where it asks for what there is not: %s', async (template) => {
    expect(await answer(template)).toMatchObject({ kind: 'failed' });
  });

  it.each(['{% for m in messages %}{{ m.content }}', '{% if messages %}', '{% for %}'])(
    'cannot be read where it is broken, whatever the conversation: %s',
    async (template) => {
      const { kind, words } = (await answer(template)) as { kind: string; words: string | null };
      expect(kind).toBe('unreadable');
      expect(words ?? '').not.toMatch(/undefined/);
      await expect(render(template)).rejects.toThrow(
        /^The chat template cannot be read: .+\. Choose another template or another model\.$/,
      );
    },
  );

  it('sees nothing where an object has a prototype', async () => {
    const template = '{{ messages.__proto__ }}|{{ messages[0].constructor }}|{{ "".constructor }}';
    expect(await answer(template)).toMatchObject({ chat: { text: '||' } });
  });

  it('may not say too much in an error', async () => {
    const words = await answer(`{{ raise_exception("${'a'.repeat(5000)}") }}`);
    expect(words).toEqual({ kind: 'failed', words: 'a'.repeat(300) });
  });
});

describe('a template of the fuzz', () => {
  it('is the same for the same random numbers, and of every kind', () => {
    const of = (number: number) => hostileTemplate(randomOf(1, number));
    const many = Array.from({ length: 300 }, (_, number) => of(number));
    expect(many.slice(0, 50)).toEqual(many.slice(0, 50).map((_, number) => of(number)));
    const kinds = new Set(many.map(({ what }) => what.replace(', cut', '')));
    expect([...kinds].toSorted()).toEqual([...hostileKinds].toSorted());
  });

  it.each([0, 1, 2, 3])('ends in a text or in a sentence: %i', async (number) => {
    const { template } = hostileTemplate(randomOf(2, number));
    expect((await rendering(template, 100)).faults).toEqual([]);
  });
});

describe('a renderer', () => {
  const ready = (listener: (message: never) => void) => listener({ kind: 'ready' } as never);
  const thread = (change: Partial<Thread>): Thread => ({
    post: () => {},
    onMessage: () => {},
    onEnd: () => {},
    end: () => Promise.resolve(),
    ...change,
  });
  const renderWith = (start: () => Thread) => renderApart(request('a'), undefined, { start: 1 }, start);

  it('that never gets ready is given up', async () => {
    await expect(renderWith(() => thread({}))).rejects.toThrow(
      'What renders chat templates did not start: it was not ready within 0.001 seconds. Try again.',
    );
  });

  it('that cannot be started is a sentence', async () => {
    const start = () => {
      throw new TypeError('spawn');
    };
    await expect(renderWith(start)).rejects.toThrow('did not start: TypeError. Try again.');
  });

  it('that ends by itself is not said to need memory', async () => {
    let end = (_why: string) => {};
    const start = () =>
      thread({
        onEnd: (listener) => void (end = listener),
        onMessage: ready,
        post: () => end('it ended with SIGKILL'),
      });
    await expect(renderWith(start)).rejects.toThrow(
      'What renders chat templates has ended: it ended with SIGKILL. Try again.',
    );
  });

  it('gets nothing of the environment that it does not need', () => {
    expect(environmentOf({ PATH: '/bin', A_SECRET: 'x' })).toEqual({ PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
  });
});

it('renders a sound one as in this thread', async () => {
  const template = '{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}';
  const { text, pieces } = await render(template);
  expect(text).toBe('<user>Hello');
  expect(pieces).toEqual([{ message: 0, start: 6, end: 11, from: 0 }]);
});
