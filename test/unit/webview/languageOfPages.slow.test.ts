import { afterEach, expect, test, vi } from 'vitest';
import { setLanguage } from '../../../src/shared/format';
import { pages } from './pages';

// The toolkit looks for a document as soon as it is imported, and there is none here. Nor is there a width, without
// which no chart is drawn.
vi.mock('@vscode/webview-ui-toolkit', () => ({
  provideVSCodeDesignSystem: null,
  vsCodeButton: null,
  vsCodeCheckbox: null,
  vsCodeLink: null,
  vsCodeTextField: null,
}));
vi.mock('../../../src/webview/parts/width', () => ({ useWidth: () => ({ ref: { current: null }, width: 600 }) }));

afterEach(() => setLanguage('en'));

/** Numbers with a point, in the texts and in the attributes that are read out or shown. */
function pointsIn(html: string): readonly string[] {
  const attributes = [...html.matchAll(/ (?:aria-label|aria-valuetext|title|placeholder)="([^"]*)"/g)];
  const texts = [...attributes.map(([, text]) => text ?? ''), html.replace(/<[^>]*>/g, ' ')];
  return texts.flatMap((text) => text.match(/\S*\d\.\d\S*/g) ?? []);
}

test('no number on any page keeps its point in a language with decimal commas and spaces between thousands', () => {
  setLanguage('ru');
  for (const [name, html] of pages()) expect(pointsIn(html), name).toEqual([]);
});
