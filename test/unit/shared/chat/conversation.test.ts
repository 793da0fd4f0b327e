import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConversation } from '../../../../src/shared/chat/conversation';

const spoken = (text: string) => readConversation(text).messages.map(({ role, content }) => [role, content]);

describe('a text that is read as a conversation', () => {
  it('may be a list of messages', () => {
    const text = ' [ {"role": "system", "content": "Be brief."}, {"content": "Hi", "role": "user"} ]\n';
    expect(spoken(text)).toEqual([
      ['system', 'Be brief.'],
      ['user', 'Hi'],
    ]);
    expect(readConversation(text).form).toBe('list');
  });

  it('may be a line of a training file, in both forms', () => {
    expect(spoken('{"id": 1, "messages": [{"role": "user", "content": "a"}]}')).toEqual([['user', 'a']]);
    expect(spoken('{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}')).toEqual([
      ['user', 'a'],
      ['assistant', 'b'],
    ]);
  });

  it('is the first of several lines, and says how many others there are', () => {
    const line = (content: string) => JSON.stringify({ messages: [{ role: 'user', content }] });
    const { messages, others } = readConversation(`${line('a')}\n\n${line('b')}\r\n${line('c')}\n`);
    expect(messages.map(({ content }) => content)).toEqual(['a']);
    expect(others).toBe(2);
  });

  it('joins parts that are text', () => {
    const text = '[{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b\\n"}]}]';
    const [message] = readConversation(text).messages;
    expect(message?.content).toBe('ab\n');
    expect(Array.from(message?.places ?? [], (place) => text[place])).toEqual(['a', 'b', '\\', '"']);
  });

  it.each([
    'Just a text.',
    '[1, 2]',
    '[]',
    '{"messages": []}',
    '{"messages": [{"role": "user"}]}',
    '[{"role": "user", "content": [{"type": "image"}]}]',
    '[{"role": "user", "content": "a"},]',
    '[{"role": 1, "content": "a"}]',
    '{"role": "user"',
    '[{"role": "user", "content": "a"}] and more',
  ])('is else one message of the user: %s', (text) => {
    expect(spoken(text)).toEqual([['user', text]]);
    expect(readConversation(text).form).toBe('text');
  });

  it('has an empty content where an assistant only calls tools', () => {
    const text = '[{"role": "user", "content": "a"}, {"role": "assistant", "content": null, "tool_calls": []}]';
    expect(spoken(text)).toEqual([
      ['user', 'a'],
      ['assistant', ''],
    ]);
  });

  it('keeps a role that is the name of a property of every object', () => {
    expect(spoken('[{"role": "constructor", "content": "a"}]')).toEqual([['constructor', 'a']]);
  });

  it('is one message where it nests more deeply than it can be parsed', () => {
    const text = '['.repeat(200_000);
    expect(readConversation(text)).toMatchObject({ form: 'text', messages: [{ role: 'user', content: text }] });
  });

  it('knows the place of every unit of its contents', () => {
    const contents = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(contents, fc.nat(3), fc.boolean(), (list, indent, escapesAll) => {
        const json = JSON.stringify(
          list.map((content) => ({ role: 'user', content })),
          null,
          indent,
        );
        const text = escapesAll
          ? json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          : json;
        const { messages } = readConversation(text);
        expect(messages.map(({ content }) => content)).toEqual(list);
        for (const { content, places } of messages) {
          expect(places).toHaveLength(content.length + 1);
          for (let i = 0; i < content.length; i++)
            expect(JSON.parse(`"${text.slice(places[i], places[i + 1])}"`)).toBe(content[i]);
        }
      }),
    );
  });
});
