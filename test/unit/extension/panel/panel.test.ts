import { describe, expect, it } from 'vitest';
import { html } from '../../../../src/extension/panel/html';
import { parseGpu } from '../../../../src/extension/panel/packed';
import { parseIntent } from '../../../../src/shared/intents';
import { defaultView, parseKeptState } from '../../../../src/shared/kept';
import { readBundle } from '../../../../src/webview/l10n';

describe('a message of the webview', () => {
  it.each([
    { type: 'ready' },
    { type: 'choosePosition', position: 0 },
    { type: 'chooseToken', id: 3 },
    { type: 'chooseToken', id: null },
    { type: 'setOptions', options: {} },
    { type: 'setOptions', options: { context: true, plain: false, centred: true } },
    { type: 'refresh' },
    { type: 'cancel' },
    { type: 'find', query: '' },
    { type: 'besideTokenizer', key: 'o200k_base' },
    { type: 'openTokenizer' },
    { type: 'copy', text: '1\t2' },
    { type: 'setOptions', options: { colouring: 'surprisal' } },
    { type: 'setOptions', options: { space: 'output' } },
    { type: 'setOptions', options: { chat: null } },
    { type: 'setOptions', options: { chat: { system: 'Be brief.', generationPrompt: true, template: 'default' } } },
    { type: 'chooseAxis', axis: { kind: 'token', side: 'input' } },
    { type: 'export', what: 'neighbours', as: 'file' },
    { type: 'savePicture', name: 'sizes', svg: '<svg/>', png: 'iVBORw==' },
    { type: 'point', position: 3 },
    { type: 'point', position: null },
    { type: 'inspect' },
    { type: 'load' },
    { type: 'openPanel' },
    { type: 'showLog' },
    { type: 'showSettings' },
    { type: 'setOptions', options: { colouring: 'difference' } },
    { type: 'inView', parts: { both: true, bothRows: { matrix: 'input' }, bothNeighbours: { matrix: 'output' } } },
    { type: 'inView', parts: { both: false, bothRows: null, bothNeighbours: null } },
    { type: 'compareModels' },
    { type: 'compareInTurn' },
    { type: 'endComparison' },
  ])('is taken: %j', (message) => {
    expect(parseIntent(message)).toEqual(message);
  });

  it.each([
    null,
    'ready',
    [],
    {},
    { type: 'unknown' },
    { type: 'ready', more: 1 },
    { type: 'choosePosition' },
    { type: 'choosePosition', position: -1 },
    { type: 'choosePosition', position: 0.5 },
    { type: 'choosePosition', position: NaN },
    { type: 'choosePosition', position: '0' },
    { type: 'chooseToken', id: Infinity },
    { type: 'setOptions', options: { limit: 1 } },
    { type: 'setOptions', options: { context: undefined } },
    { type: 'setOptions', options: { chat: { system: null, generationPrompt: true } } },
    { type: 'setOptions', options: { chat: { system: 'x'.repeat(10_001), generationPrompt: true, template: null } } },
    { type: 'find', query: 'a'.repeat(1001) },
    { type: 'besideTokenizer', key: 'a'.repeat(5000) },
    { type: 'copy', text: 1 },
    { type: 'setOptions', options: { colouring: 'red' } },
    { type: 'setOptions', options: { space: 'middle' } },
    { type: 'export', what: 'layers', as: 'file' },
    { type: 'export', what: 'tokens', as: 'csv' },
    { type: 'savePicture', name: '../sizes', svg: '<svg/>', png: '' },
    { type: 'savePicture', name: 'sizes', svg: '<html/>', png: '' },
    { type: 'savePicture', name: 'sizes', svg: '<svg/>', png: '<svg/>' },
    { type: 'compareModels', path: '/m/second.gguf' },
    { type: 'inView', parts: { bothRows: { matrix: 'middle' } } },
    { type: 'point', position: -1 },
    JSON.parse('{"type":"find","query":"a","__proto__":{"x":1}}'),
  ])('is dropped: %j', (message) => {
    expect(parseIntent(message)).toBeNull();
  });
});

describe('what the GPU’s worker in a page says', () => {
  const data = { t: 'q', a: [new Float32Array(2)] };

  it('is handed on as it is', () => {
    expect((parseGpu({ type: 'gpu', message: { session: '2', kind: 'data', data } }) as { data: unknown }).data).toBe(
      data,
    );
    for (const why of ['no-adapter', 'failed'])
      expect(parseGpu({ type: 'gpu', message: { session: '2', kind: 'ended', why } })).toEqual({
        session: '2',
        kind: 'ended',
        why,
      });
    const failed = { session: '2', kind: 'ended', why: 'failed', message: 'TypeError: Failed to fetch' };
    expect(parseGpu({ type: 'gpu', message: failed })).toEqual(failed);
  });

  it.each([
    null,
    { type: 'ready' },
    { type: 'gpu' },
    { type: 'gpu', message: { session: '2', kind: 'start' } },
    { type: 'gpu', message: { kind: 'ended', why: 'failed' } },
    { type: 'gpu', message: { session: '2', kind: 'data' } },
    { type: 'gpu', message: { session: '2', kind: 'data', data: 'text' } },
    { type: 'gpu', message: { session: '2', kind: 'data', data: null } },
    { type: 'gpu', message: { session: '2', kind: 'data', data: [] } },
    { type: 'gpu', message: { session: '2', kind: 'ended', why: 'no-page' } },
    { type: 'gpu', message: { session: '2', kind: 'ended', why: 'failed', more: 1 } },
    { type: 'gpu', message: { session: '2', kind: 'ended', why: 'failed', message: 1 } },
    { type: 'gpu', message: { session: '2', kind: 'ended', why: 'failed', message: 'x'.repeat(501) } },
  ])('is dropped in another form: %j', (message) => {
    expect(parseGpu(message)).toBeNull();
  });
});

describe('the state that a webview keeps', () => {
  const kept = {
    uri: 'file:///a',
    start: 1,
    end: 2,
    options: {
      context: false,
      plain: false,
      chat: { system: 'Be brief.', generationPrompt: false, template: null },
      centred: true,
      space: 'cross',
      colouring: 'entropy',
    },
    position: 0,
    tokenId: null,
    view: {
      room: 'layers',
      showSizes: true,
      hideFragments: false,
      scopeMetric: null,
      scopeSizes: true,
      lensColouring: 'probability',
      lensBetween: true,
      experiment: null,
      labOptions: { seed: 7, whole: true },
      sampler: { ...defaultView.sampler, minP: 0.1, order: ['minP', 'temperature'] },
      continuing: { count: 5, sampled: true, seed: 7, stop: '.' },
    },
    rooms: {
      vector: 'king - man',
      other: { text: 'B', from: 'b.md' },
      appended: [{ id: 3, text: ' Paris', special: false }],
      steering: { expression: 'h', how: 'add', strength: -2.5, layer: null, positions: 'all' },
    },
  };

  it('is taken', () => {
    expect(parseKeptState(kept)).toEqual(kept);
  });

  it.each([
    ['view', 'lensBetween', false],
    ['view', 'labOptions', {}],
    ['view', 'sampler', defaultView.sampler],
    ['view', 'continuing', defaultView.continuing],
    ['options', 'chat', null],
    ['options', 'space', 'input'],
  ] as const)('is taken without %s.%s, which an earlier version did not know', (part, name, value) => {
    const before = { ...kept[part], [name]: undefined };
    expect(parseKeptState({ ...kept, [part]: before })).toEqual({ ...kept, [part]: { ...before, [name]: value } });
  });

  it('is taken without what rooms hold, which an earlier version did not know', () => {
    const { rooms: _, ...before } = kept;
    expect(parseKeptState(before)).toEqual({ ...kept, rooms: {} });
  });

  it.each([
    undefined,
    null,
    {},
    { ...kept, uri: 1 },
    { ...kept, start: 2 },
    { ...kept, start: -1 },
    { ...kept, view: {} },
    { ...kept, rooms: { vector: '' } },
    { ...kept, rooms: { other: { text: 'b'.repeat(30_001), from: null } } },
    { ...kept, rooms: { steering: { ...kept.rooms.steering, strength: 1001 } } },
    { ...kept, view: { ...kept.view, labOptions: { seed: 'seven' } } },
    { ...kept, view: { ...kept.view, sampler: { ...kept.view.sampler, topP: 1.1 } } },
    { ...kept, view: { ...kept.view, sampler: { ...kept.view.sampler, order: [] } } },
    { ...kept, options: { ...kept.options, colouring: 'red' } },
    { ...kept, options: {} },
  ])('is dropped in another form: %j', (state) => {
    expect(parseKeptState(state)).toBeNull();
  });
});

describe('the page', () => {
  const given = {
    script: 'https://x/panel.js?a=1&b="',
    style: 'https://x/panel.css',
    source: 'https://x',
    nonce: 'abc123',
    language: 'de"><',
    title: 'Vectorscope',
    surface: 'panel',
    lendsGpu: false,
    bundle: undefined,
  } as const;
  const page = html(given);

  it('says where it stands', () => {
    expect(page).toContain('<div id="root" data-surface="panel">');
  });

  it('allows nothing by default, one script by its nonce, and no inline style or script', () => {
    const policy = /content="(default-src[^"]*)"/.exec(page)?.[1];
    expect(policy).toBe(
      "default-src 'none'; script-src 'nonce-abc123'; style-src https://x 'nonce-abc123'; img-src data:",
    );
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('<script type="module" nonce="abc123"');
    expect(page).not.toMatch(/unsafe|style=|<style|onload/);
  });

  it('allows one that lends its GPU one thing more: a worker from a blob that runs WebAssembly, made from files of the extension', () => {
    const policy = /content="(default-src[^"]*)"/.exec(html({ ...given, lendsGpu: true }))?.[1];
    expect(policy).toBe(
      "default-src 'none'; script-src 'nonce-abc123' blob: 'wasm-unsafe-eval'; style-src https://x 'nonce-abc123'; img-src data:; worker-src blob:; connect-src https://x",
    );
  });

  it('escapes what it is given', () => {
    expect(page).toContain('<html lang="de&quot;&gt;&lt;">');
    expect(page).toContain('src="https://x/panel.js?a=1&amp;b=&quot;"');
  });

  it('hands over the translations as they are, whatever stands in them', () => {
    const bundle = { 'Select “{0}”': '<b class="x">&quot; &amp; \' \\ \n{0}</b>', '': '"><script>' };
    const attribute = / data-bundle="([^"<>]*)"><\/div>/.exec(html({ ...given, bundle }))?.[1];
    const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
    expect(readBundle(attribute?.replace(/&\w+;/g, (entity) => entities[entity] ?? entity))).toEqual(bundle);
  });
});
