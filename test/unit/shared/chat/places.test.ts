import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderChat } from '../../../../src/engine/chat/render';
import { readConversation } from '../../../../src/shared/chat/conversation';
import { findingWords, moreWords, othersWords } from '../../../../src/shared/chat/findings';
import { placesInGiven } from '../../../../src/shared/chat/places';
import { chatSurprisal } from '../../../../src/shared/chat/surprisal';
import { chatView } from '../../../../src/shared/chat/view';
import { english } from '../../../../src/shared/translator';

const template = readFileSync(new URL('../../../fixtures/chat/templates/chatml.jinja', import.meta.url), 'utf8');
/** A conversation in JSON, as a template renders it. */
function chatOf(messages: readonly { readonly role: string; readonly content: string }[]) {
  const given = JSON.stringify(messages);
  const read = readConversation(given);
  return { given, ...read, ...renderChat({ template, messages: read.messages, generationPrompt: true, tokens: {} }) };
}
const conversation = [
  { role: 'user', content: 'A "b"' },
  { role: 'assistant', content: 'Öl' },
  { role: 'user', content: 'c' },
];

describe('the place of a rendered conversation in the text that was given', () => {
  it('is known for every character of content, and for no other', () => {
    const role = fc.constantFrom('user', 'assistant', 'system');
    const said = fc.record({ role, content: fc.string({ unit: 'binary', maxLength: 12 }) });
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 4 }), (messages) => {
        const chat = chatOf(messages);
        const contents = messages.map(() => '');
        const wrong: number[] = [];
        for (let at = 0; at < chat.text.length; at++) {
          const piece = chat.pieces.find(({ start, end }) => start <= at && at < end);
          const place = placesInGiven(chat, [{ start: at, end: at + 1 }])[0];
          const unit = place && (JSON.parse(`"${chat.given.slice(place.start, place.end)}"`) as string);
          if ((unit ?? undefined) !== (piece && chat.text[at])) wrong.push(at);
          if (piece) contents[piece.message] = `${contents[piece.message]}${unit}`;
        }
        expect(wrong).toEqual([]);
        expect(contents).toEqual(messages.map(({ content }) => content));
      }),
      { numRuns: 25 },
    );
  });

  it('is the part of a range that is content', () => {
    const chat = chatOf(conversation);
    const at = chat.text.indexOf('A "b"');
    const place = placesInGiven(chat, [{ start: at - 3, end: at + 4 }])[0];
    expect(chat.given.slice(place?.start, place?.end)).toBe('A \\"b');
    expect(placesInGiven(chat, [{ start: 0, end: 3 }])[0]).toBeNull();
    const [first, ...others] = chat.messages;
    const elsewhere = { ...chat, messages: [{ ...first, places: new Uint32Array(), joints: [] }, ...others] };
    expect(placesInGiven(elsewhere, [{ start: at, end: at + 1 }])[0]).toBeNull();
  });
});

describe('the place of a token in a content of several parts', () => {
  /** The token that spans a part of the content "One\ntwo", with its place. */
  function placeOf(parts: readonly string[], spelled: string) {
    const given = JSON.stringify([{ role: 'user', content: parts.map((text) => ({ type: 'text', text })) }]);
    const read = readConversation(given);
    const chat = renderChat({ template, messages: read.messages, generationPrompt: true, tokens: {} });
    const start = chat.text.indexOf(spelled);
    const place = placesInGiven({ ...chat, ...read }, [{ start, end: start + spelled.length }])[0];
    return given.slice(place?.start, place?.end);
  }

  it.each([
    ['ends where it crosses into the next part', ['One\n', 'two'], 'e\ntw', 'e\\n'],
    ['does not reach over the JSON behind its part', ['One\n', 'two'], 'One\n', 'One\\n'],
    ['begins with the part', ['One\n', 'two'], 'two', 'two'],
    ['passes no part that is empty', ['', 'One\n', '', 'two', ''], 'One\nt', 'One\\n'],
    ['ends before an empty part', ['One\n', 'two', ''], 'two', 'two'],
    ['stops at the first of several ends', ['O', 'n', 'e\n', 'two'], 'One\n', 'O'],
  ])('%s', (_, parts, spelled, place) => {
    expect(placeOf(parts, spelled)).toBe(place);
  });
});

describe('surprisal of a conversation', () => {
  const chat = chatOf(conversation);
  /** Each character a token of one bit, but a control token one of two bits, and the first of unknown surprisal. */
  const tokens = Array.from(chat.text.matchAll(/<\|.*?\|>|[^]/g), ({ 0: spelled, index }, i) => ({
    start: index,
    end: index + spelled.length,
    special: spelled.length > 1,
    surprisal: i === 0 ? null : spelled.length > 1 ? 2 : 1,
  }));

  it('is that of the contents, by message and by role', () => {
    const { messages, roles } = chatSurprisal(chat, tokens);
    const one = (role: string, characters: number) => ({
      ...{ role, tokens: characters, bits: characters, mean: 1, characters, bitsPerCharacter: 1 },
    });
    expect(messages).toEqual([one('user', 5), one('assistant', 2), one('user', 1)]);
    expect(roles).toEqual([one('user', 6), one('assistant', 2)]);
  });

  it('counts with the answers what ends them, and nothing where nobody answers', () => {
    expect(chatSurprisal(chat, tokens).answers).toMatchObject({ tokens: 3, bits: 4, mean: 4 / 3 });
    const [first] = conversation;
    expect(chatSurprisal(chatOf(first ? [first] : []), tokens).answers).toBeNull();
  });

  it('counts a character once that two tokens share, and says what is a bound', () => {
    const at = chat.text.indexOf('Ö');
    const half = { start: at, end: at + 1, special: false, surprisal: 3 };
    expect(chatSurprisal(chat, [half, { ...half, surprisalIsLeast: true }]).messages[1]).toEqual({
      ...{ role: 'assistant', tokens: 2, bits: 6, mean: 3, characters: 1, bitsPerCharacter: 6, isLeast: true },
    });
    expect(chatSurprisal(chat, []).messages[0]).toMatchObject({ tokens: 0, mean: null, bitsPerCharacter: null });
  });
});

it('findings are sentences', () => {
  const chat = chatOf(conversation);
  const token = { id: 5, text: '</s>', bytes: [], special: true, size: 1, percentile: 2, index: 6, start: 7, end: 11 };
  const words = (finding: Parameters<typeof findingWords>[0]) => findingWords(finding, chat, english);
  expect(words({ kind: 'doubled', token })).toBe(
    'The template writes </s>, and the tokenizer adds it too. Here the model gets it once; if the text were cut into tokens like any other, it would get it twice.',
  );
  expect(words({ kind: 'control', message: 1, token, times: 1 })).toBe(
    'Message 2 (assistant) spells </s> (first: token 7, times: 1). The model gets that control token, not the text.',
  );
  expect(words({ kind: 'control', message: 1, token, times: 3 })).toBe(
    'Message 2 (assistant) spells </s> (first: token 7, times: 3). The model gets that control token, not the text.',
  );
  expect(words({ kind: 'unread', message: 0 })).toMatch(/^The text begins like JSON, but it is broken/);
  expect([0, 1, 2].map((moreFindings) => moreWords({ moreFindings }, english))).toEqual([
    null,
    'Findings that are not listed: 1.',
    'Findings that are not listed: 2.',
  ]);
  expect(words({ kind: 'trimmed', message: 0 })).toBe(
    'The template removes white space at the ends of message 1 (user).',
  );
  expect(words({ kind: 'dropped', message: 0 })).toBe('The template leaves out message 1 (user).');
  expect(words({ kind: 'changed', message: 0 })).toMatch(/^The template changes message 1 \(user\)/);
  expect([0, 1, 2].map((others) => othersWords({ others }, english))).toEqual([
    null,
    'Only the first conversation is shown. Others in the text: 1.',
    'Only the first conversation is shown. Others in the text: 2.',
  ]);
});

it('a drawing has what its tokens and the findings need', () => {
  const chat = chatOf(conversation);
  const end = chat.text.indexOf('Öl');
  const none = { template: 'default', templates: [], moreFindings: 0, controls: [], controlCount: 9 };
  const tokens = [{ id: 5, text: '', bytes: [], special: false, size: 1, percentile: 2, index: 0, start: 0, end }];
  const { messages, pieces, bands, controlCount } = chatView({ ...chat, ...none, findings: [] }, tokens);
  expect([messages.length, pieces.length, bands.length, controlCount]).toEqual([2, 1, 2, 9]);
  const findings = [{ kind: 'dropped', message: 2 }] as const;
  expect(chatView({ ...chat, ...none, findings }, tokens).messages).toHaveLength(3);
});
