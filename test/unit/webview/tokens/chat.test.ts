import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { surprisalTable } from '../../../../src/shared/chat/surprisal';
import { positionOf, usualChat } from '../../../../src/shared/chat/view';
import { defaultView } from '../../../../src/shared/kept';
import type { PanelState } from '../../../../src/shared/panel';
import { english } from '../../../../src/shared/translator';
import { copiedRows } from '../../../../src/webview/parts/columns';
import { sumsOf } from '../../../../src/webview/tokens/chat';
import { tokensSection } from '../../../../src/webview/tokens/section';
import { allFindings, conversation } from '../conversations';

const act = { post: () => {}, setView: () => {}, see: () => {}, goTo: () => {} };
const html = (state: PanelState): string =>
  renderToString(h(tokensSection.Body, { state, view: defaultView, act, shown: [] }));
const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, one = '']) => one);

describe('a conversation', () => {
  test('has a named band for what the template writes first, for each message, and for the question at the end', () => {
    expect(
      found(
        html(conversation()),
        /<span class="small quiet band-name"><span class="strong band-role">(.*?)<\/span><\/span>/g,
      ),
    ).toEqual([
      'template</span><span>before the first message',
      'user</span><span>message 1',
      'assistant</span><span>message 2',
      'assistant</span><span>asked to answer',
    ]);
  });

  test('sets the tokens of the template apart, and says whose each token is', () => {
    const drawn = html(conversation());
    expect(found(drawn, /class="chip text" data-token-index="(\d+)"/g)).toEqual(['5', '9']);
    expect(found(drawn, /class="chip text templates" data-token-index="(\d+)"/g)).toHaveLength(11);
    expect(drawn).toMatch(/aria-label="Hi, 5\.00 bits[^"]*, user"/);
  });

  test('sets the appended tokens apart from the template’s, and offers no place for them in the document', () => {
    const state = conversation();
    const last = state.text?.tokens.at(-1);
    if (!state.text || !last) return expect.fail('The conversation has no token.');
    const appended = { tokens: [last], from: last.start };
    const drawn = html({ ...state, text: { ...state.text, appended } });
    expect(found(drawn, /class="chip appended" data-token-index="(\d+)"/g)).toEqual(['12']);
    expect(drawn).toContain('Added after your text: ');
    expect(drawn).toContain('Remove Last');
    expect(drawn).not.toContain('Insert into the Document');
    const { chat, ...text } = state.text;
    expect(chat && html({ ...state, text: { ...text, appended } })).toContain('Insert into the Document');
  });

  test('has its surprisal by message and by role, and the assistant’s with the ends', () => {
    const tableOf = (state: PanelState) => {
      const sums = sumsOf(state);
      return sums && surprisalTable(sums, english, String);
    };
    const table = tableOf(conversation());
    expect(table && copiedRows(table)).toEqual([
      ['part', 'role', 'tokens', 'bits', 'mean', 'bits a character'],
      ['message 1', 'user', 1, 5, 5, 2.5],
      ['message 2', 'assistant', 1, 9, 9, 4.5],
      ['answers', 'assistant', 2, 19, 9.5, 19 / 6],
    ]);
    const sameRole = tableOf(conversation([], { messages: [{ role: 'user' }, { role: 'user' }] }));
    expect(sameRole && copiedRows(sameRole).at(-1)).toEqual(['all of user', 'user', 2, 14, 7, 3.5]);
    expect(tableOf({ ...conversation(), run: null })).toBeNull();
  });

  test('has findings as sentences, each with a way to its place if it has one', () => {
    const state = allFindings();
    const drawn = html(state);
    expect(found(drawn, /<li class="chat-finding">(.*?)<\/li>/g)).toHaveLength(7);
    const chat = state.text?.chat;
    const positions = chat?.findings.map((finding) => positionOf(chat, finding, state.text?.tokens ?? []));
    expect(positions).toEqual([0, 0, 5, 9, 9, 0]);
    const undrawn = chat?.findings.map((finding) => positionOf(chat, finding, []));
    expect(undrawn).toEqual(positions?.map(() => null));
  });
});

describe('a conversation without tokens', () => {
  const refused: PanelState = {
    ...conversation(),
    text: null,
    run: null,
    prediction: null,
    status: { kind: 'failed', message: 'No template is the usual one.', help: null, choices: ['a', 'b'] },
  };

  test('keeps its switches, so that it can be turned off or given another template', () => {
    expect(tokensSection.shown(refused)).toBe(true);
    expect(html(refused)).toMatch(/As chat[^]*Choose a template/);
    expect(tokensSection.shown({ ...refused, options: { ...refused.options, chat: null } })).toBe(false);
    expect(html(conversation())).toContain('Template: default');
  });

  test('offers no template where there is only the chosen one', () => {
    const templateOf = (names: readonly string[], template: string | null) => {
      const state = conversation([], { templates: names });
      const chat = { ...usualChat, template };
      return /Template: ([^<]*)/.exec(html({ ...state, options: { ...state.options, chat } }))?.[1];
    };
    expect(templateOf(['default'], null)).toBeUndefined();
    expect(templateOf(['default'], 'default')).toBeUndefined();
    // A template of the model before.
    expect(templateOf(['default'], 'rag')).toBe('rag');
    expect(templateOf(['default', 'rag'], 'rag')).toBe('rag');
    expect(templateOf(['default', 'rag'], null)).toBe('default');
  });
});
