import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  countText,
  countTooltip,
  registerTokenCount,
} from '../../../../src/extension/editor/tokenCount/registerTokenCount';
import { longRest, rest, type Counted } from '../../../../src/extension/editor/tokenCount/tokenCounter';
import type { EngineWorker } from '../../../../src/extension/engineWorker';
import type { Shown } from '../../../../src/extension/shown';
import type { PanelState } from '../../../../src/shared/panel';
import { serverInfo } from '../../support/controller';
import { FakeEngine } from '../../support/fakeEngine';
import { empty, model } from '../../webview/build';

type Listener = (event: unknown) => void;

const editor = vi.hoisted(() => ({
  setting: true,
  active: undefined as unknown,
  listeners: {} as Record<string, Listener[]>,
  item: { text: '', tooltip: '', visible: false, command: undefined as unknown },
}));

vi.mock('vscode', async () => {
  const on = (name: string) => (listener: Listener) => {
    (editor.listeners[name] ??= []).push(listener);
    return { dispose: () => {} };
  };
  const disposables = (...all: readonly { dispose(): void }[]) => ({
    dispose: () => all.forEach((one) => one.dispose()),
  });
  return {
    l10n: await import('@vscode/l10n'),
    StatusBarAlignment: { Right: 2 },
    Disposable: { from: disposables },
    Range: class {
      constructor(
        readonly start: unknown,
        readonly end: unknown,
      ) {}
    },
    window: {
      createStatusBarItem: () =>
        Object.assign(editor.item, {
          show: () => (editor.item.visible = true),
          hide: () => (editor.item.visible = false),
          dispose: () => {},
        }),
      get activeTextEditor() {
        return editor.active;
      },
      visibleTextEditors: [],
      onDidChangeActiveTextEditor: on('editor'),
      onDidChangeVisibleTextEditors: on('editors'),
      onDidChangeTextEditorSelection: on('selection'),
    },
    workspace: {
      getConfiguration: () => ({ get: () => editor.setting }),
      onDidChangeTextDocument: on('document'),
      onDidChangeConfiguration: on('configuration'),
    },
  };
});

interface At {
  readonly line: number;
  readonly character: number;
}

/** A document of one line, whose text can be replaced. */
const document = {
  text: 'abcdefghij',
  version: 1,
  uri: 'file:///a.md',
  lineCount: 1,
  lineAt: () => ({ range: { end: { line: 0, character: document.text.length } } }),
  offsetAt: ({ character }: At) => character,
  positionAt: (character: number): At => ({ line: 0, character }),
  getText: ({ start, end }: { readonly start: At; readonly end: At }) =>
    document.text.slice(start.character, end.character),
};

function select(start: number, end: number): void {
  const at = (character: number): At => ({ line: 0, character });
  editor.active = { document, selection: { start: at(start), end: at(end), isEmpty: start === end } };
  fire('selection');
}
const fire = (name: string, event: unknown = { affectsConfiguration: () => true }) =>
  editor.listeners[name]?.forEach((listener) => listener(event));
const passing = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

function register(first: Partial<PanelState> = {}) {
  const fake = new FakeEngine();
  let state: PanelState = { ...empty, ...first };
  let changed = (_: Partial<PanelState>): unknown => undefined;
  const shown: Shown = {
    get state() {
      return state;
    },
    document: null,
    onDidChange: (listener) => {
      changed = listener;
      return { dispose: () => {} };
    },
  };
  const worker = { aside: fake.engine, busy: false, idle: async () => {} } as unknown as EngineWorker;
  const registered = registerTokenCount(shown, worker, (handler) => handler);
  const change = (change: Partial<PanelState>) => {
    state = { ...state, ...change };
    changed(change);
  };
  return { fake, change, registered };
}

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(editor, { setting: true, active: undefined, listeners: {} });
  Object.assign(editor.item, { text: '', tooltip: '', visible: false });
  Object.assign(document, { text: 'abcdefghij', version: 1 });
});
afterEach(() => void vi.useRealTimers());

describe('the count in the status bar', () => {
  it('is not there and asks nothing until a model is loaded, and leaves with the model', async () => {
    const { fake, change, registered } = register();
    select(0, 0);
    document.version++;
    fire('document');
    await passing(rest + longRest);
    expect([fake.calls, editor.item.visible]).toEqual([[], false]);
    change({ model, loaded: true });
    await passing(rest);
    expect([editor.item.text, editor.item.visible]).toEqual(['10 tokens', true]);
    change({ loaded: false });
    expect(editor.item.visible).toBe(false);
    await passing(rest + longRest);
    expect(fake.count('tokenise')).toBe(1);
    registered.dispose();
  });

  it('is of the selection, else of the document as it is now', async () => {
    const { fake, registered } = register({ model, loaded: true });
    select(2, 6);
    await passing(rest);
    expect([editor.item.text, editor.item.tooltip]).toEqual(['4 tokens selected', 'Tokens of the selection\nTiny: 4']);
    select(6, 6);
    await passing(rest + longRest);
    expect(editor.item.tooltip).toBe('Tokens of the document\nTiny, o200k_base: 10');
    select(3, 3);
    await passing(rest + longRest);
    expect(fake.count('tokenise'), 'a cursor changes nothing').toBe(2);
    Object.assign(document, { text: 'a', version: 2 });
    fire('document');
    await passing(rest);
    expect(editor.item.text).toBe('1 token');
    registered.dispose();
  });

  it('is turned off and on by its setting, to which a click leads', async () => {
    const { fake, registered } = register({ model, loaded: true });
    editor.setting = false;
    fire('configuration');
    select(0, 0);
    await passing(rest + longRest);
    expect([fake.calls, editor.item.visible]).toEqual([[], false]);
    editor.setting = true;
    fire('configuration');
    await passing(rest);
    expect(editor.item).toMatchObject({
      ...{ visible: true, text: '10 tokens' },
      command: { command: 'workbench.action.openSettings', arguments: ['vectorscope.tokenCount'] },
    });
    registered.dispose();
  });
});

describe('its words', () => {
  const wanted = {
    ...{ uri: '', key: '', isSelection: false, model, plain: false },
    text: () => ({ length: 0, slice: () => '' }),
  };
  const exact = (tokens: number) => ({ tokens, isExact: true });
  const said = (counted: Partial<Counted>) => {
    const all = { wanted, ofModel: null, first: null, ofOther: null, ...counted };
    return [countText(all), ...countTooltip(all).split('\n').slice(1)];
  };

  it('give no number while none is known', () => {
    expect(said({})).toEqual(['… tokens']);
  });

  it('give both numbers where they differ, and name the token that is not counted', () => {
    expect(said({ ofModel: exact(1234), first: '<s>', ofOther: exact(1180) })).toEqual([
      '1,234 tokens',
      'Tiny: 1,234',
      'o200k_base: 1,180',
      '<s> is not counted; the model reads it before every text.',
    ]);
  });

  it('say that a number may be off where the text was counted in pieces', () => {
    const long = { tokens: 250_012, isExact: false };
    expect(said({ ofModel: long, ofOther: long })).toEqual([
      '≈ 250,012 tokens',
      'Tiny, o200k_base: ≈ 250,012',
      'A long text is counted in pieces, which can change the number by a few tokens.',
    ]);
  });

  it('say of a model on a server that it does not get the text', () => {
    expect(said({ wanted: { ...wanted, model: { ...model, server: serverInfo } }, ofOther: exact(7) })).toEqual([
      '7 tokens · o200k_base',
      'o200k_base: 7',
      'The text is not sent to the model’s server just to count its tokens.',
    ]);
  });
});
