import * as l10n from '@vscode/l10n';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultView, keptView, longestOther, type KeptRooms, type KeptState } from '../../../src/shared/kept';
import type { PanelState } from '../../../src/shared/panel';
import { said, verbatim } from '../../../src/shared/said';
import { actionLabels } from '../../../src/webview/header/notice';
import { announcement, notices } from '../../../src/webview/header/notices';
import { isFromExtension } from '../../../src/webview/host';
import { missingPrediction } from '../../../src/webview/nextToken/section';
import { awaited } from '../../../src/webview/parts/awaited';
import { closestToken } from '../../../src/webview/parts/tokenSearch';
import { sideNotices } from '../../../src/webview/side/side';
import { chosenId, chosenToken, isElsewhere, isOtherText, persistedState, receive } from '../../../src/webview/store';
import { allFirst, empty, inspected, model, vocabularyToken } from './build';

const facts = (id: number): PanelState['token'] => ({
  token: vocabularyToken('x', id),
  ownRank: { raw: allFirst, centred: allFirst, normed: allFirst },
});
const words = ['The', ' capital'];

describe('the state', () => {
  test('takes all of it, then only what changed', () => {
    const whole = receive(null, { type: 'state', state: empty });
    expect(whole).toBe(empty);
    expect(receive(whole, { type: 'change', change: { outOfDate: true } })).toEqual({ ...empty, outOfDate: true });
  });

  test('ignores a change before there is anything to change', () => {
    expect(receive(null, { type: 'change', change: { outOfDate: true } })).toBeNull();
  });

  test('knows the chosen token and whether it is the position’s own', () => {
    const own = inspected(words, { token: facts(101) });
    const other = inspected(words, { token: facts(7) });
    expect([chosenId(own), isElsewhere(own), chosenId(other), isElsewhere(other)]).toEqual([101, false, 7, true]);
    expect([chosenId(inspected(words)), isElsewhere(inspected(words))]).toEqual([101, false]);
    expect(chosenToken(inspected(words))?.text).toBe(' capital');
    expect([chosenId(empty), chosenToken(empty), isElsewhere(empty)]).toEqual([undefined, null, false]);
  });

  test('keeps what a reload needs, and another token only where one was chosen', () => {
    const expected = {
      uri: 'file:///notes.md',
      start: 0,
      end: 11,
      options: { context: false, plain: false, chat: null, centred: false, space: 'input', colouring: 'surprisal' },
      position: 1,
      view: defaultView,
      rooms: {},
    };
    expect(persistedState(inspected(words, { token: facts(7) }), defaultView, null)).toEqual({
      ...expected,
      tokenId: 7,
    });
    expect(persistedState(inspected(words, { token: facts(101) }), defaultView, null)).toEqual({
      ...expected,
      tokenId: null,
    });
    expect(persistedState(empty, defaultView, null)).toBeNull();
  });

  /** What was kept before. */
  const last = (rooms: KeptRooms): KeptState => {
    const shown = persistedState(inspected(words), defaultView, null);
    if (!shown) throw new Error('Nothing was kept.');
    return { ...shown, position: 0, tokenId: 7, rooms };
  };

  test('keeps what the rooms hold, but no fault and no second text that is too long', () => {
    const steering = { expression: 'h', how: 'add', strength: 4, layer: null, positions: 'last' } as const;
    const [vector, texts] = [
      { expression: 'king - man', result: null, fault: null },
      { text: 'B', from: 'b.md', result: null, position: null, next: null, patch: null, failure: null },
    ];
    const steer = { steering, result: null, curve: null, fault: null };
    // Its text is not all of it.
    const part = { ...vocabularyToken('\ufffd', 4), bytes: [0xc3] };
    const shown = inspected(words, { vector, texts, steer }, { surprisal: [null, 3] });
    const text = shown.text && { ...shown.text, appended: { tokens: [vocabularyToken(' Paris', 3), part], from: 11 } };
    expect(persistedState({ ...shown, text }, defaultView, last({ vector: 'gone' }))?.rooms).toEqual({
      vector: 'king - man',
      other: { text: 'B', from: 'b.md' },
      appended: [
        { id: 3, text: ' Paris', special: false },
        { id: 4, text: '\ufffd', special: false, bytes: [0xc3] },
      ],
      steering,
    });
    const fault = { message: 'No.', at: null };
    const bad = { vector: { ...vector, fault }, steer: { ...steer, fault } };
    const long = { texts: { ...texts, text: 'b'.repeat(longestOther + 1) } };
    expect(persistedState({ ...shown, ...bad, ...long }, defaultView, last({ vector: 'gone' }))?.rooms).toEqual({});
  });

  test('keeps what the rooms held until the text is there again', () => {
    const before = { vector: 'king - man', other: { text: 'B', from: null } };
    const shown = inspected(words, {}, { surprisal: [null, 3] });
    const working = { kind: 'working', what: 'running', fraction: null, modelBytes: null } as const;
    const vector = { expression: 'h', result: null, fault: null };
    for (const waits of [{ run: null }, { status: working }])
      expect(persistedState({ ...shown, ...waits }, defaultView, last(before))?.rooms).toEqual(before);
    expect(persistedState({ ...shown, run: null, vector }, defaultView, last(before))?.rooms).toEqual({
      ...before,
      vector: 'h',
    });
    expect(persistedState(shown, defaultView, last(before))).toMatchObject({ position: 1, tokenId: null, rooms: {} });
    const bare = { ...shown, text: null, position: null, run: null };
    expect(persistedState(bare, defaultView, last(before))).toMatchObject({ position: 0, tokenId: 7 });
  });
});

describe('messages from the host', () => {
  test('are told from those of others in the window, and not checked', () => {
    for (const type of ['state', 'change', 'gpu']) expect(isFromExtension({ type })).toBe(true);
    for (const other of [null, 'state', undefined, [], {}, { type: 'other' }, { type: 1 }])
      expect(isFromExtension(other)).toBe(false);
  });

  test('kept choices are read only where they are choices', () => {
    const view = { ...defaultView, showSizes: false, scopeMetric: 'dot' };
    expect(keptView({ uri: 'x', view })).toEqual(view);
    for (const wrong of [undefined, null, {}, { view: {} }, { view: { ...view, showSizes: 'yes' } }])
      expect(keptView(wrong)).toBeNull();
  });
});

describe('notices', () => {
  const kinds = (state: PanelState): readonly string[] => notices(state).map(({ kind }) => kind);

  test('say nothing where all is well', () => {
    expect(notices(inspected(words))).toEqual([]);
    const agreed = { kind: 'agree', partings: [], reason: { kind: 'tied', position: 0 } } as const;
    expect(announcement(inspected(words, { contrasts: agreed }))).toBe('Ready: 2 tokens');
  });

  test('offer one action where nothing was inspected, and say that the model is read first', () => {
    expect(notices(empty)).toEqual([
      expect.objectContaining({ kind: 'first-steps', action: 'openSample', primary: true }),
      expect.objectContaining({ kind: 'guide', action: 'openGuide' }),
      expect.objectContaining({ kind: 'empty', action: 'search' }),
    ]);
    // Somebody has been here before the window was reloaded.
    expect(kinds({ ...empty, isKnown: true })).toEqual(['empty']);
    // Beside each other they are written alike, as commands are.
    for (const action of ['openSample', 'openGuide', 'search'] as const)
      expect(actionLabels[action]()).toMatch(/^([A-Z]\w+|a)( ([A-Z]\w+|a))*$/);
    expect(notices(empty)[2]?.text).toMatch(/This loads the model first, on this machine\.$/);
    expect(notices({ ...empty, upcoming: { name: 'SmolLM2-135M-Instruct', bytes: 98_362_432 } })[2]?.text).toMatch(
      /This loads SmolLM2-135M-Instruct \(98 MB\) first, on this machine\.$/,
    );
  });

  const download = { name: 'SmolLM2-135M-Instruct', bytes: 98_362_432, from: 'host:8080' };
  const offer = {
    kind: 'not-downloaded',
    text: 'Vectorscope needs the model SmolLM2-135M-Instruct (98\u00a0MB). It is downloaded from host:8080. This browser keeps it, except in a private or guest window.',
    action: 'download',
  };

  test('offer the download of a model that is not in the browser, where nothing was inspected', () => {
    const upcoming = { name: download.name, bytes: download.bytes, download };
    const drawn = notices({ ...empty, upcoming });
    expect(drawn).toEqual([
      expect.objectContaining({ kind: 'first-steps', primary: true }),
      expect.objectContaining({ kind: 'guide' }),
      expect.objectContaining({ kind: 'empty', action: 'search' }),
      offer,
    ]);
    expect(drawn[2]?.text).toMatch(/or look up a token of the vocabulary\.$/);
    expect(sideNotices({ ...empty, upcoming })).toEqual([]);
    expect(kinds({ ...empty, upcoming, model, loaded: true })).toEqual(['first-steps', 'guide', 'empty']);
  });

  test('offer the sample where there was no text to inspect, once', () => {
    const refused = { kind: 'failed', message: 'There is no text.', help: 'sample' } as const;
    const offered = (state: PanelState) => notices(state).map(({ kind, action }) => [kind, action]);
    expect(offered({ ...empty, status: refused })).toEqual([
      ['failed', undefined],
      ['first-steps', 'openSample'],
      ['guide', 'openGuide'],
    ]);
    expect(kinds({ ...empty, status: { ...refused, help: null } })).toEqual(['failed', 'first-steps', 'guide']);
    expect(offered({ ...inspected(words), status: refused })).toEqual([['failed', 'openSample']]);
    expect(kinds({ ...empty, status: { ...refused, help: 'log' } })).toEqual(['failed']);
  });

  const help = (message: string, way: Extract<PanelState['status'], { kind: 'failed' }>['help']) =>
    ({ kind: 'failed', message, help: way }) as const;
  const failed = (text: string, action: string) => ({ kind: 'failed', text, action });
  const cancelled = (text: string, action: string) => ({ kind: 'cancelled', text, action, primary: true });

  test.each<[status: PanelState['status'], notice: object, inSideBar?: object]>([
    [
      { kind: 'not-downloaded', ...download },
      { ...offer, primary: true },
      { text: 'The model SmolLM2-135M-Instruct is not in this browser yet.' },
    ],
    [
      { kind: 'not-sent', server: 'localhost:8080' },
      {
        kind: 'not-sent',
        text: 'The model runs on localhost:8080. Inspect again to send it this text.',
        action: 'send',
        primary: true,
      },
    ],
    [
      { kind: 'cancelled', fetching: true },
      cancelled('The download was cancelled. The part already downloaded is kept.', 'again'),
    ],
    [help('The line broke.', 'again'), { ...failed('The line broke.', 'again'), primary: true }],
    [help('It refuses the key.', 'key'), { ...failed('It refuses the key.', 'changeKey'), primary: true }],
  ])('of %j are alone, whether a text is shown or not', (status, notice, inSideBar) => {
    for (const state of [empty, inspected(words, { loaded: false })]) {
      expect(notices({ ...state, status })).toEqual([notice]);
      expect(sideNotices({ ...state, status })).toEqual([{ ...notice, ...inSideBar }]);
    }
    expect(announcement({ ...empty, status })).toBe((notice as { readonly text: string }).text);
  });

  const loading = { kind: 'working', what: 'loading', fraction: 0.1, modelBytes: 98_362_432 } as const;
  const modelName = 'SmolLM2-135M-Instruct';
  const fetched = { bytes: 41_200_000, of: 98_362_432 };
  const waiting = { kind: 'working', what: 'running', fraction: null, modelBytes: null, comparing: true } as const;
  const going = (text: string) => ({ kind: 'working', text, action: 'cancel' });
  test.each<[state: PanelState, notice: object]>([
    [{ ...empty, status: loading }, going('Loading the model (98 MB) on this machine')],
    [{ ...empty, status: { ...loading, modelName } }, going(`Loading ${modelName} (98 MB) on this machine`)],
    [
      { ...empty, status: { ...loading, modelBytes: 83_136, modelName: 'qwen2', endedRun: true } },
      going('The run was stopped. Loading qwen2 (83 kB) on this machine'),
    ],
    [
      { ...empty, status: { ...loading, modelName, fetched } },
      going(`Downloading ${modelName}: 41\u00a0MB of 98\u00a0MB`),
    ],
    [inspected(words, { status: waiting }), going('Checking the chosen backend on a test text first')],
    [{ ...empty, status: help('It needs 9 GB.', 'geometry') }, failed('It needs 9 GB.', 'geometry')],
    [{ ...empty, status: help('The file is damaged.', 'log') }, failed('The file is damaged.', 'showLog')],
    [{ ...empty, status: { kind: 'cancelled' } }, cancelled('The run was cancelled.', 'again')],
    [
      inspected(words, { status: { kind: 'cancelled' } }),
      cancelled('The run was cancelled. The panel shows the results from before it stopped.', 'refresh'),
    ],
  ])('say what goes on, or what came of it: %#', (state, notice) => {
    expect(notices(state)).toEqual([notice]);
  });

  test('are short in the side bar, and do not speak at every step of a download', () => {
    const state = { ...empty, status: { ...loading, modelName, fetched } };
    expect(sideNotices(state)).toEqual([going('Downloading the model: 41\u00a0MB of 98\u00a0MB')]);
    expect(announcement(state)).toBe(`Downloading ${modelName}`);
    expect(sideNotices(inspected(words, { status: waiting }))).toEqual([going('Comparing WebGPU with WASM')]);
  });

  test('say what is connected to, and what a first inspection connects to', () => {
    const upcoming = { name: 'smol', bytes: null, server: 'localhost:8080' };
    expect(notices({ ...empty, upcoming }).map(({ text }) => text)).toContainEqual(
      expect.stringContaining('This connects to localhost:8080 first, and sends it the text.'),
    );
    const status = { kind: 'working', what: 'loading', fraction: null, modelBytes: null } as const;
    const connecting = { ...empty, status: { ...status, modelName: 'smol', server: 'localhost:8080' } };
    expect([notices(connecting)[0]?.text, sideNotices(connecting)[0]?.text]).toEqual([
      'Connecting to localhost:8080',
      'Connecting to localhost:8080',
    ]);
  });

  test('no longer put the search first once a token is shown', () => {
    const shown = notices({ ...empty, model, loaded: true, token: facts(7) });
    expect(shown).toEqual([expect.objectContaining({ kind: 'empty', action: 'search' })]);
    expect(shown[0]?.text).not.toMatch(/loads the model/);
  });

  test('offer to load the model again where it is not in memory, and not while it is being read', () => {
    const without = inspected(words, { loaded: false });
    expect(notices(without)).toEqual([{ kind: 'not-loaded', text: 'The model is not loaded.', action: 'load' }]);
    expect(kinds({ ...without, status: { kind: 'failed', message: 'No.', help: null } })).toEqual([
      'failed',
      'not-loaded',
    ]);
    expect(kinds({ ...without, status: { kind: 'failed', message: 'No.', help: 'log' } })).toEqual([
      'failed',
      'not-loaded',
    ]);
    for (const help of ['geometry', 'models', 'settings'] as const)
      expect(kinds({ ...without, status: { kind: 'failed', message: 'No.', help } })).toEqual(['failed']);
    expect(
      kinds({ ...without, status: { kind: 'working', what: 'loading', fraction: null, modelBytes: null } }),
    ).toEqual(['working']);
    expect(kinds({ ...empty, status: { kind: 'failed', message: 'No.', help: null } })).toEqual([
      'failed',
      'first-steps',
      'guide',
    ]);
  });

  test('say what is to be known of the model, in its own sentences', () => {
    const state = inspected(words, { model: { ...model, notices: ['One thing.', 'Another.'].map(verbatim) } });
    expect(notices(state)).toEqual([{ kind: 'model', text: 'One thing. Another.' }]);
    l10n.config({ contents: { 'The server adds {0}.': 'Der Server stellt {0} voran.' } });
    onTestFinished(() => l10n.config({ contents: {} }));
    const added = inspected(words, { model: { ...model, notices: [said`The server adds ${'<s>'}.`] } });
    expect(notices(added)).toEqual([{ kind: 'model', text: 'Der Server stellt <s> voran.' }]);
    expect(sideNotices(state)).toEqual([]);
  });

  test('stand together, the most urgent first', () => {
    const state = inspected(words, { outOfDate: true, status: { kind: 'cancelled' } });
    const all = {
      ...state,
      text: { ...state.text!, total: 1712, leftOut: 1200 },
      source: { ...state.source!, otherSelections: 1, wholeLine: true },
    };
    const followed: PanelState = { ...state, followsEdits: true, status: { kind: 'ready' } };
    const gone = { ...state.source!, end: state.source!.start };
    expect(kinds(followed)).toEqual([]);
    expect(kinds({ ...followed, status: { kind: 'cancelled' } })).toEqual(['cancelled', 'out-of-date']);
    expect(kinds({ ...followed, source: gone })).toEqual(['out-of-date']);
    expect(kinds(all)).toEqual(['cancelled', 'out-of-date', 'cut', 'other-selections', 'whole-line']);
    expect(
      notices(all)
        .map(({ text }) => text)
        .slice(2),
    ).toEqual([
      '1,200 tokens left out: predictions cover the first 512.',
      'Only the primary selection was inspected. Other selections: 1.',
      'No text was selected, so Vectorscope inspected the line at the cursor.',
    ]);
  });

  test('say of what was selected only what was done with it', () => {
    const { source } = inspected(words);
    const marked = (status: PanelState['status']) =>
      kinds({ ...empty, status, source: { ...source!, otherSelections: 1, wholeLine: true } });
    expect(marked({ kind: 'cancelled' })).toEqual(['cancelled', 'other-selections', 'whole-line']);
    expect(marked({ kind: 'failed', message: 'The file is damaged.', help: 'log' })).toEqual(['failed']);
    expect(marked({ kind: 'not-sent', server: 'http://127.0.0.1:8080' })).toEqual(['not-sent']);
    const download = { name: 'SmolLM2', bytes: 98_362_432, from: 'huggingface.co' };
    expect(marked({ kind: 'not-downloaded', ...download })).toEqual(['not-downloaded']);
  });
});

describe('the notice of tokens left out', () => {
  const cut = (state: PanelState) =>
    notices(state)
      .filter(({ kind }) => kind === 'cut')
      .map(({ text }) => text);

  test('says how many of the text’s own tokens have predictions, whatever the limit is', () => {
    const { text, ...state } = inspected(words);
    expect(cut({ ...state, text: { ...text!, total: 100, leftOut: 4 } })).toEqual([
      '4 tokens left out: predictions cover the first 96.',
    ]);
    expect(cut({ ...state, text: { ...text!, contextCount: 1, total: 100, leftOut: 1 } })).toEqual([
      '1 token left out: predictions cover the first 99.',
    ]);
    const tokens = text!.tokens.map((token, index) =>
      index === 0 ? { ...token, special: true, end: token.start } : token,
    );
    expect(cut({ ...state, text: { ...text!, tokens, total: 100, leftOut: 4 } })).toEqual([
      '4 tokens left out: predictions cover the first 95.',
    ]);
  });

  test('says nothing where nothing is predicted', () => {
    const state = inspected(words, { model: { ...model, trunk: null } });
    expect(cut({ ...state, text: { ...state.text!, total: 100, leftOut: 4 } })).toEqual([]);
  });
});

describe('notices in the side bar', () => {
  test('leave to the panel what is said of the whole text', () => {
    const state = inspected(words, { outOfDate: true });
    const all = {
      ...state,
      text: { ...state.text!, total: 1712, leftOut: 1200 },
      source: { ...state.source!, otherSelections: 1, wholeLine: true },
    };
    expect(sideNotices(all)).toEqual([
      { kind: 'out-of-date', text: 'The text has changed.', action: 'refresh', primary: true },
    ]);
    expect(sideNotices({ ...state, outOfDate: false })).toEqual([]);
  });

  test('leave the welcome to the page', () => {
    expect(sideNotices(empty)).toEqual([]);
  });

  test('say in a few words what goes on and what failed', () => {
    const working = (what: 'loading' | 'running', state: PanelState) =>
      sideNotices({ ...state, status: { kind: 'working', what, fraction: null, modelBytes: 98_362_432 } });
    expect(working('running', inspected(words))).toEqual([
      { kind: 'working', text: 'Running 2 tokens', action: 'cancel' },
    ]);
    const { text } = inspected(words);
    expect(working('running', inspected(words, { text: { ...text!, total: 1712, leftOut: 1200 } }))).toEqual([
      { kind: 'working', text: 'Running 512 tokens', action: 'cancel' },
    ]);
    expect(working('loading', empty)).toEqual([{ kind: 'working', text: 'Loading the model', action: 'cancel' }]);
    expect(sideNotices({ ...empty, status: { kind: 'failed', message: 'The file is damaged.', help: 'log' } })).toEqual(
      [{ kind: 'failed', text: 'The file is damaged.', action: 'showLog' }],
    );
    expect(sideNotices(inspected(words, { status: { kind: 'cancelled' } })).map(({ text }) => text)).toEqual([
      'The run was cancelled.',
    ]);
  });
});

describe('what is not known', () => {
  test('is on its way, or needs the model, or is neither', () => {
    const working = (what: 'loading' | 'running'): PanelState =>
      inspected(words, { loaded: false, status: { kind: 'working', what, fraction: null, modelBytes: null } });
    expect(
      [working('running'), working('loading'), inspected(words, { loaded: false }), inspected(words), empty].map(
        (state) => awaited(state),
      ),
    ).toEqual(['After the run.', 'After the model is loaded.', 'Load the model to see this.', null, null]);
  });

  test('of the next token says why', () => {
    const state = inspected(words, { loaded: false });
    expect(missingPrediction(state)).toBe('Load the model to see this.');
    expect(missingPrediction({ ...state, text: { ...state.text!, leftOut: 1 } })).toBe(
      'This token has no prediction. Predictions cover only the first 1.',
    );
    expect(missingPrediction(inspected(words))).toBe(
      'The prediction for this text is not known. Inspect the text again.',
    );
    expect(missingPrediction({ ...empty, model, loaded: true })).toBe(
      'Inspect a text to see what the model expects next.',
    );
  });
});

describe('Enter in the search box', () => {
  test('waits for the answer to what stands in the box, then takes the first', () => {
    const found = { query: ' Pa', tokens: [vocabularyToken(' Pa', 7), vocabularyToken(' Paris', 8)], total: 2 };
    expect(closestToken(' Par', null)).toBeUndefined();
    expect(closestToken(' Par', found)).toBeUndefined();
    expect(closestToken(' Pa', found)).toBe(7);
    expect(closestToken(' Pa', { query: ' Pa', tokens: [], total: 0 })).toBeNull();
  });
});

test('another text of the same document is read from the top, and one that an edit moved is not', () => {
  const { source } = inspected(['The', ' capital']);
  if (!source) throw new Error('The inspected state has a source.');
  expect(isOtherText(source, { ...source, excerpt: 'Another text' })).toBe(true);
  expect(isOtherText(source, { ...source, uri: 'file:///another.md' })).toBe(true);
  expect(isOtherText(source, { ...source, start: source.start + 5, end: source.end + 5 })).toBe(false);
  expect(isOtherText(source, null)).toBe(false);
});
