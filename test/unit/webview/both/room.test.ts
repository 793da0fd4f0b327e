import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { noBoth } from '../../../../src/shared/instruments';
import { defaultView } from '../../../../src/shared/kept';
import type { PanelState } from '../../../../src/shared/panel';
import { positionsTable } from '../../../../src/webview/both/text';
import { Header } from '../../../../src/webview/header/header';
import { copiedRows } from '../../../../src/webview/parts/columns';
import { SectionFrame } from '../../../../src/webview/section';
import { sections } from '../../../../src/webview/sections';
import { both, other, otherTokens, position, rows, sameText, tokenInBoth } from '../boths';
import { unfoldAll } from '../folds';
import { act } from '../pages';

unfoldAll();

const shown = sections.map(({ id }) => id);
const propsOf = (state: PanelState) => ({ state, view: defaultView, act, shown });
const drawn = (id: string, state: PanelState): string =>
  renderToString(h(SectionFrame, { section: sections.find((one) => one.id === id)!, props: propsOf(state) }));
const count = (html: string, part: RegExp): number => [...html.matchAll(part)].length;

test('a flip of the first token has a sign and words of its own', () => {
  const html = drawn('both-text', both());
  expect(count(html, />≠</g)).toBe(2);
  expect(html).toContain('title="not what A expects"');
  expect(html).toMatch(/<tr class="current" aria-current="true" data-position="2">/);
});

test('a long text shows the positions that differ most, until all are asked for', () => {
  const many = Array.from({ length: 400 }, (_, at) => (at % 10 === 0 ? 2 : 0.5));
  const state = both({ text: sameText(many) });
  const tokens = many.map((_, index) => ({ ...state.text!.tokens[0]!, index }));
  const html = drawn('both-text', { ...state, text: { ...state.text!, tokens } });
  expect(count(html, /data-position=/g)).toBe(16);
  expect(html).toContain('all 400 positions');
});

test('a position that was not predicted has no numbers, and a copy has them all', () => {
  const state = both();
  const [, first] = copiedRows(positionsTable(sameText(), state.text!, [0]));
  expect(first).toEqual(['1', 'Мир', '', '', 0.5, 0.5, '·да', 0.5, '·да', 0.5, -0.25, 30]);
});

test('the logit that is taken apart is that of A’s first token, or of the chosen one', () => {
  const partsOf = (html: string) => /data-fact="parts" data-id="(\d+)"/.exec(html)?.[1];
  const state = both();
  expect(partsOf(drawn('both-next', state))).toBe('7');
  const token = { token: state.both.position!.tokens[1]!.token } as PanelState['token'];
  expect(partsOf(drawn('both-next', { ...state, token }))).toBe('8');
});

test('the tensors of two files are compared without a text, those of an adapter are its modules', () => {
  const state = both({ text: null, position: null });
  expect(drawn('both', state)).toContain('data-fold="both-tensors"');
  const adapter = { path: '№', form: 'gguf', method: 'lora', rank: 8, alpha: 16, base: null, modules: [] } as const;
  const adapted = both({ other: other({ adapter: { ...adapter, unknown: [], notices: [] } }) });
  expect(drawn('both', adapted)).toContain('data-fold="adapter"');
  expect(drawn('both', adapted)).not.toContain('data-fold="both-tensors"');
});

test('the bias has a column only where there is one', () => {
  const biased = [tokenInBoth(' да', 7, { parts: { hiddenSize: 0, size: 0, angle: -4, bias: -1 } })];
  const state = both({ position: position({ entries: biased, likeliest: [[0], [0]] }) });
  expect(drawn('both-next', state)).toContain('bias');
  expect(drawn('both-next', both())).not.toContain('bias');
});

test('models that do not fit together are run in turn on request', () => {
  const html = drawn('both', both({ other: other({ runs: 'inTurn' }), text: null, position: null }));
  expect(html).toContain('Run one after the other');
  expect(drawn('both', both())).not.toContain('Run one after the other');
});

test('a link leads to the position where the predictions part most, unless it is chosen', () => {
  expect(drawn('both', both())).toMatch(/class="text-link"[^>]*>Show .*·<\/span>без.* instead/);
  expect(drawn('both', { ...both(), position: 1 })).not.toContain(' instead');
});

test('the largest KL is marked, and not the chosen row', () => {
  expect(drawn('both-text', both())).toMatch(/<tr class="largest" data-position="1">/);
});

test('a lost lead is taken apart below the logit', () => {
  const likeliest = [
    [0, 1],
    [1, 0],
  ] as const;
  expect(drawn('both-next', both({ position: position({ likeliest }) }))).toContain('both-lead-table');
  expect(drawn('both-next', both())).not.toContain('both-lead-table');
});

test('unrelated models have no angle of h, and no turn of a token', () => {
  const unrelated = both({ rows: rows({ angle: 90 }) });
  expect(
    [drawn('both-text', both()), drawn('both-text', unrelated)].map((html) => html.includes('angle of h')),
  ).toEqual([true, false]);
  const turned = [drawn('both-matrix', both()), drawn('both-matrix', unrelated)];
  expect(turned.map((html) => html.includes(': turned by'))).toEqual([true, false]);
});

test('equal models have no curve of zeros', () => {
  expect(drawn('both-layers', both({ position: position({ same: true }) }))).toContain('no difference to draw');
  const html = drawn('both-text', both({ text: sameText([0, 0, 0]) }));
  expect(html).toContain('<td class="number strong" data-value="0">0</td>');
  expect(html).toMatch(/mean KLD<\/dt><dd data-value="0">0</);
});

test('loading can be cancelled, and a failure is an alert with another try', () => {
  const loading = drawn('both', both({ ...noBoth, working: { what: 'loading', name: 'Copy', fraction: 0.4 } }));
  expect(loading).toMatch(/role="status">Loading Copy/);
  expect(loading).toContain('aria-valuenow="40"');
  expect(loading).toContain('>Cancel<');
  const failed = drawn('both', both({ ...noBoth, failure: 'It is damaged.' }));
  expect(failed).toMatch(/role="alert">It is damaged\.</);
  expect(failed).toContain('Compare with another model…');
});

test('two cuts stand above each other between common boundaries', () => {
  const html = drawn('both-text', both({ other: other({ sameVocabulary: false }), text: otherTokens }));
  // With the letters of both rows.
  expect(count(html, /class="clip both-cut"/g)).toBe(4);
  expect(html).not.toContain('no prediction');
  const later = { ...otherTokens, spans: [{ start: 2, end: 6, surprisal: [12, 9.5] as const }] };
  expect(drawn('both-text', both({ other: other({ sameVocabulary: false }), text: later }))).toContain(
    'The first token has no prediction',
  );
  expect(html).toContain('12.00 → 9.50');
});

test('the header names both models', () => {
  const html = renderToString(h(Header, propsOf(both())));
  expect(html.replaceAll(/<[^>]*>/g, '')).toContain('A №1 4 · B №1 5');
  expect(renderToString(h(Header, propsOf(both(noBoth))))).not.toContain('class="letter"');
});
