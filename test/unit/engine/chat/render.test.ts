import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderChat, type SaidByTemplate } from '../../../../src/engine/chat/render';

const folder = new URL('../../../fixtures/chat/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const conversations = JSON.parse(read('conversations.json')) as readonly (readonly SaidByTemplate[])[];
/** By Python's jinja2: the text with and without the beginning of an answer, null where the template fails. */
const rendered = JSON.parse(read('rendered.json')) as Readonly<
  Record<string, readonly (readonly [string | null, string | null])[]>
>;
const templates = readdirSync(new URL('templates', folder)).map((file) => file.replace('.jinja', ''));
const tokens = { bos_token: '<s>', eos_token: '</s>' };
const render = (template: string, messages: readonly SaidByTemplate[], generationPrompt = true) =>
  renderChat({ template, messages, generationPrompt, tokens }, () => 0);

describe('what a template writes before the first message', () => {
  const added = (name: string, messages: readonly SaidByTemplate[]) => {
    const { text, findings } = render(read(`templates/${name}.jinja`), messages);
    return findings.flatMap((finding) => (finding.kind === 'added' ? [text.slice(finding.start, finding.end)] : []));
  };
  const question = { role: 'user', content: 'Hi' };

  it('is found where no person wrote a system message', () => {
    const [said, ...others] = added('chatml-default-system', [question]);
    expect(said).toMatch(/^<\|im_start\|>system\n.+<\|im_end\|>\n$/s);
    expect(others).toEqual([]);
    expect(added('chatml-default-system', [{ role: 'system', content: 'Be brief.' }, question])).toEqual([]);
  });

  it.each(['chatml', 'gemma', 'llama2', 'llama3', 'mistral', 'zephyr'])(
    'is nothing but the first token: %s',
    (name) => {
      expect(added(name, [question])).toEqual([]);
    },
  );
});

describe('a conversation rendered with a chat template', () => {
  it.each(templates)('is the text that Python gives: %s', (name) => {
    const template = read(`templates/${name}.jinja`);
    for (const [i, messages] of conversations.entries())
      for (const add of [true, false]) {
        const expected = rendered[name]?.[i]?.[add ? 0 : 1];
        if (expected === null) expect(() => render(template, messages, add), `conversation ${i}`).toThrow();
        else expect(render(template, messages, add).text, `conversation ${i}`).toBe(expected);
      }
  });

  it.each(templates)('says where the content stands: %s', (name) => {
    const template = read(`templates/${name}.jinja`);
    for (const [i, messages] of conversations.entries()) {
      if (rendered[name]?.[i]?.[0] === null) continue;
      const { text, pieces, bands, findings } = render(template, messages);
      for (const { message, start, end, from } of pieces)
        expect(messages[message]?.content.slice(from, from + end - start), `conversation ${i}`).toBe(
          text.slice(start, end),
        );
      // Every content is at its place, or a finding says what became of it.
      for (const [message, { content }] of messages.entries())
        expect(
          content.trim() === '' ||
            pieces.some((piece) => piece.message === message) ||
            findings.some((finding) => 'message' in finding && finding.message === message),
          `conversation ${i}, message ${message}`,
        ).toBe(true);
      if (bands.length > 0) {
        expect(bands[0]?.start).toBe(0);
        expect(bands.at(-1)?.end).toBe(text.length);
        bands.slice(1).forEach(({ start }, at) => expect(start).toBe(bands[at]?.end));
      }
    }
  });

  it('says which contents lose their outer white space', () => {
    const { findings } = render(read('templates/llama3.jinja'), [{ role: 'user', content: ' a ' }]);
    expect(findings).toEqual([{ kind: 'trimmed', message: 0 }]);
  });

  it('knows the place of a content of white space alone, unless the template takes it off', () => {
    const messages = [
      { role: 'user', content: '\t' },
      { role: 'assistant', content: 'a' },
    ];
    const kept = render(read('templates/chatml.jinja'), messages);
    expect(kept.pieces.map(({ start, end }) => kept.text.slice(start, end))).toEqual(['\t', 'a']);
    const taken = render(read('templates/llama3.jinja'), messages);
    expect(taken.pieces.map(({ start, end }) => taken.text.slice(start, end))).toEqual(['a']);
    expect(taken.findings).toEqual([]);
  });

  it('says which contents are dropped, and which are changed', () => {
    const messages = conversations[4] as readonly SaidByTemplate[];
    expect(render(read('templates/deepseek.jinja'), messages).findings).toEqual([{ kind: 'changed', message: 1 }]);
    const template = '{% for m in messages %}{% if m.role == "user" %}{{ m.content | upper }}{% endif %}{% endfor %}';
    expect(
      render(template, [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ]).findings,
    ).toEqual([
      { kind: 'changed', message: 0 },
      { kind: 'dropped', message: 1 },
    ]);
  });

  it('finds the contents of a conversation that is too long for the parts of its messages', () => {
    const messages = Array.from({ length: 400 }, (_, i) => ({ role: 'user', content: `${'word '.repeat(100)}${i}` }));
    const { pieces, bands, findings } = render(read('templates/chatml.jinja'), messages);
    expect([pieces.length, bands.length, findings.length]).toEqual([400, 0, 0]);
  });

  it('passes on the words of an error that the template raises', () => {
    const template = read('templates/gemma.jinja');
    expect(() => render(template, [{ role: 'system', content: 'a' }])).toThrow('System role not supported');
  });

  it('keeps every content at its place, whatever is said', () => {
    const role = fc.constantFrom('user', 'assistant', 'system');
    const said = fc.record({ role, content: fc.string({ unit: 'grapheme', maxLength: 12 }) });
    const template = read('templates/chatml.jinja');
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 5 }), fc.boolean(), (messages, add) => {
        const { text, pieces, bands, findings } = render(template, messages, add);
        expect(findings).toEqual([]);
        expect(bands.map(({ role: of }) => of)).toEqual([
          ...messages.map(({ role: of }) => of),
          ...(add ? ['assistant'] : []),
        ]);
        for (const { message, start, end, from } of pieces) {
          expect(from).toBe(0);
          expect(text.slice(start, end)).toBe(messages[message]?.content);
        }
      }),
    );
  });
});

describe('a conversation that takes long to be taken apart', () => {
  const template = '{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}';
  /** Late from the second look at the clock on. */
  const clock = () => {
    let looks = 0;
    return () => (looks++ === 0 ? 0 : 1000);
  };
  const messages = ['a', 'b'].map((content) => ({ role: 'user', content }));

  it('keeps its text and goes without bands', () => {
    const { text, bands, pieces } = renderChat({ template, messages, generationPrompt: true, tokens }, clock());
    expect([text, bands, pieces.length]).toEqual(['[user]a[user]b', [], 2]);
  });

  it('goes without the places of the contents that cannot be marked all at once', () => {
    const measured = '{% for m in messages %}{{ m.content | length }}{{ m.content }}{% endfor %}';
    const request = { template: measured, messages, generationPrompt: true, tokens };
    expect(renderChat(request, clock())).toMatchObject({
      text: '1a1b',
      findings: [0, 1].map((message) => ({ kind: 'changed', message })),
    });
  });
});
