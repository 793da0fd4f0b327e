import { describe, expect, it, vi } from 'vitest';
import { machineLines } from '../../../../src/extension/statusBar/machine';
import { menuItems, menuTitle } from '../../../../src/extension/statusBar/registerModelCommands';
import type { BackendChoice, BackendReason, BackendView } from '../../../../src/shared/backend';
import { backendInWords, whyNotTheOther } from '../../../../src/shared/backendWords';
import type { ModelInfo, VectorBits } from '../../../../src/shared/model';
import { english } from '../../../../src/shared/translator';
import { serverInfo } from '../../support/controller';
import { empty, model } from '../../webview/build';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n'), QuickPickItemKind: { Separator: -1 } }));

const agreement = { cosine: 0.999999, layer: 30, deviation: 1.23e-6, sameTop: true };
const view = (change: Partial<BackendView> = {}): BackendView => ({
  backend: 'wasm',
  choice: 'auto',
  reason: { kind: 'chosen' },
  adapter: null,
  agreement: null,
  times: null,
  ...change,
});
const onGpu = view({ backend: 'webgpu', adapter: 'nvidia hopper', agreement, times: { wasm: 41.3, webgpu: 8.26 } });
const state = { ...empty, model, loaded: true, backend: onGpu };
const machine = {
  host: 'node',
  remote: null,
  memory: 660e6,
  canShare: true,
  threadsSetting: 0,
  choice: 'auto',
} as const;

describe('the state of the machine', () => {
  it('is one line each: host, backend, threads, memory', () => {
    expect(machineLines(machine, state)).toEqual([
      { what: 'host', text: 'Host: Node on this machine' },
      {
        what: 'backend',
        text: 'Backend: WebGPU on nvidia hopper, agrees with WASM to 1.2 × 10⁻⁶',
        detail: 'WASM is slower here: 41 ms against 8.3 ms.',
      },
      { what: 'threads', text: 'Threads: 2' },
      { what: 'memory', text: 'Memory: 660 MB, without the GPU’s' },
    ]);
  });

  it('says how wide the registers are that the threads compute in', () => {
    const threadsOf = (vectorBits: VectorBits) =>
      machineLines(machine, { ...state, model: { ...model, vectorBits } }).find(({ what }) => what === 'threads');
    expect(threadsOf(256)).toEqual({ what: 'threads', text: 'Threads: 2, 256 bits' });
    expect(threadsOf(128)).toEqual({ what: 'threads', text: 'Threads: 2, 128 bits' });
  });

  it('says where it is, and no more than it knows', () => {
    expect(
      machineLines({ ...machine, host: 'web', memory: null }, { ...state, backend: null }).map(({ text }) => text),
    ).toEqual(['Host: the browser', 'Backend: WASM', 'Threads: 2']);
    expect(machineLines(machine, { ...state, backend: view() }).at(-1)).toEqual({
      what: 'memory',
      text: 'Memory: 660 MB',
    });
  });

  it.each([
    ['auto', 'auto, chosen when a model is loaded'],
    ['webgpu', 'WebGPU, chosen when a model is loaded'],
    ['wasm', 'WASM'],
  ] as const)('says of %s what is known without a model', (choice, words) => {
    expect(machineLines({ ...machine, remote: 'lab', choice }, { ...state, loaded: false })).toEqual([
      { what: 'host', text: 'Host: Node on lab' },
      { what: 'backend', text: `Backend: ${words}` },
    ]);
  });

  it('says that WebGPU is being tried only where it is', () => {
    const triedOn = (choice: BackendChoice) =>
      machineLines({ ...machine, choice }, { ...state, backend: null })[1]?.detail;
    expect([triedOn('auto'), triedOn('webgpu'), triedOn('wasm')]).toEqual([
      'WebGPU is being tried.',
      'WebGPU is being tried.',
      undefined,
    ]);
  });

  it('says why there is one thread, and what it costs where the layers run on it', () => {
    const inPage = { ...machine, host: 'web', canShare: false } as const;
    const detail = (backend: BackendView) =>
      machineLines(inPage, { ...state, model: { ...model, threads: 1 }, backend })[2];
    expect(detail(view())).toEqual({
      what: 'threads',
      text: 'Threads: 1',
      detail: 'This page is not cross-origin isolated: a run takes up to twice as long as on two threads.',
    });
    expect(detail(onGpu)).toEqual({
      what: 'threads',
      text: 'Threads: 1',
      detail: 'This page is not cross-origin isolated, so there can be no more.',
    });
  });

  it('says of a model on a server nothing about layers here, and without its matrices nothing about threads', () => {
    const served = { ...model, trunk: null, server: serverInfo, threads: 1 };
    const lines = (sizes: ModelInfo['sizes']) =>
      machineLines(
        { ...machine, host: 'web', canShare: false, memory: null },
        { ...state, model: { ...served, sizes }, backend: null },
      ).slice(1);
    const there = {
      what: 'server',
      text: 'Server: localhost:8080 (llama.cpp)',
      detail: 'It runs the layers. The texts that you inspect are sent there.',
    };
    expect(lines(model.sizes)).toEqual([
      there,
      {
        what: 'threads',
        text: 'Threads: 1',
        detail: 'This page is not cross-origin isolated, so there can be no more.',
      },
    ]);
    expect(lines(null)).toEqual([there]);
  });
});

describe('the backend in words', () => {
  it('names what is known of it', () => {
    expect(backendInWords(view(), english)).toBe('WASM');
    expect(backendInWords({ ...onGpu, adapter: null }, english)).toBe('WebGPU, agrees with WASM to 1.2 × 10⁻⁶');
    expect(backendInWords({ ...onGpu, agreement: null }, english)).toBe('WebGPU on nvidia hopper');
    expect(backendInWords({ ...onGpu, agreement: null, adapter: null }, english)).toBe('WebGPU');
  });

  it('says for every reason why the other one is not used', () => {
    const times = { wasm: 12, webgpu: 41 };
    const disagreed = { cosine: 0.42, layer: 3, deviation: 0.5, sameTop: true };
    const reasons: readonly (readonly [BackendReason['kind'], Partial<BackendView>, string])[] = [
      ['chosen', { choice: 'wasm' }, 'The setting asks for WASM.'],
      ['chosen', { backend: 'webgpu', choice: 'webgpu' }, 'The setting asks for WebGPU.'],
      ['chosen', { backend: 'webgpu' }, 'WASM was slower when it was measured on this machine.'],
      ['no-adapter', {}, 'WebGPU found no GPU here.'],
      [
        'software',
        { adapter: 'google swiftshader' },
        'The browser has only a software GPU. The setting “auto” does not use it.',
      ],
      ['no-page', {}, 'The GPU is reached through the panel, which was not open.'],
      ['page-gone', {}, 'The GPU ran in the panel, which was closed or hidden.'],
      ['disagrees', { agreement: disagreed }, 'WebGPU gave different numbers from WASM: cosine 0.42 after layer 3.'],
      [
        'disagrees',
        { agreement: { ...disagreed, sameTop: false } },
        'WebGPU gave different numbers from WASM, and a different likeliest token: cosine 0.42 after layer 3.',
      ],
      ['disagrees', { agreement: { ...disagreed, cosine: NaN } }, 'WebGPU produced NaN or infinity after layer 3.'],
      ['disagrees', {}, 'WebGPU gave different numbers from WASM.'],
      ['slower', { times }, 'WebGPU is slower here: 41 ms against 12 ms.'],
      ['slower', {}, 'WebGPU was slower when it was measured on this machine.'],
      ['lost', {}, 'The GPU was lost.'],
      ['failed', {}, 'WebGPU could not be used.'],
      ['no-layers', {}, 'The layers of this model are not loaded. Load another model.'],
    ];
    for (const [kind, change, sentence] of reasons)
      expect(
        whyNotTheOther(view({ ...change, reason: kind === 'failed' ? { kind, message: '' } : { kind } }), english),
      ).toBe(sentence);
  });
});

describe('the menu', () => {
  const offered = { loaded: true, working: false, isMeasured: false, lines: machineLines(machine, state) };

  it('offers what can be done, then the state of the machine, whose lines lead to their settings', () => {
    expect(menuItems(offered).map(({ label, chosen }) => [label, chosen])).toEqual([
      ['Unload the model', { command: 'vectorscope.unloadModel' }],
      ['Choose a Model', { command: 'vectorscope.chooseModel' }],
      ['Compare with another model…', { command: 'vectorscope.compareModels' }],
      ['Show Log', { command: 'vectorscope.showLog' }],
      ['State of the machine', undefined],
      ['Host: Node on this machine', undefined],
      [
        'Backend: WebGPU on nvidia hopper, agrees with WASM to 1.2 × 10⁻⁶',
        { command: 'workbench.action.openSettings', setting: 'vectorscope.backend' },
      ],
      ['Threads: 2', { command: 'workbench.action.openSettings', setting: 'vectorscope.threads' }],
      [
        'Memory: 660 MB, without the GPU’s',
        { command: 'workbench.action.openSettings', setting: 'vectorscope.unloadAfterMinutes' },
      ],
    ]);
  });

  it('offers to measure again what was measured, and to load what is not in memory', () => {
    const labels = menuItems({ ...offered, loaded: false, isMeasured: true }).map(({ label }) => label);
    expect(labels.slice(0, 4)).toEqual([
      'Load the model',
      'Choose a Model',
      'Compare with another model…',
      'Measure the GPU again',
    ]);
  });

  it('offers to end a comparison as long as there is one', () => {
    const labels = (isCompared: boolean) => menuItems({ ...offered, isCompared }).map(({ label }) => label);
    expect(labels(true)).toContain('End the comparison');
    expect(labels(false)).not.toContain('End the comparison');
  });

  it('says what goes on and offers first to end it', () => {
    const fetching = {
      ...empty,
      status: {
        kind: 'working',
        what: 'loading',
        fraction: 0.147,
        modelBytes: 100e6,
        modelName: 'SmolLM2-135M-Instruct',
        fetched: { bytes: 21e6, of: 100e6 },
      },
    } as const;
    const running = { room: 'text', fraction: null, secondsLeft: null, isLong: false } as const;
    expect(menuTitle(fetching)).toBe('SmolLM2-135M · downloading 21 %');
    expect(
      menuItems({ ...offered, loaded: false, working: true, works: [running] })
        .slice(0, 2)
        .map(({ label, chosen }) => [label, chosen]),
    ).toEqual([
      ['Cancel', { stop: 'text' }],
      ['Choose a Model', { command: 'vectorscope.chooseModel' }],
    ]);
    expect(
      menuTitle({ ...state, status: { kind: 'working', what: 'running', fraction: null, modelBytes: null } }),
    ).toMatch(/ · running$/);
    expect(
      menuItems({ ...offered, working: true, works: [running] })
        .slice(0, 2)
        .map(({ label }) => label),
    ).toEqual(['Cancel', 'Unload the model']);
  });

  it('says which model is loaded, or that none is', () => {
    expect([menuTitle(state), menuTitle(empty)]).toEqual([model.name, 'No model is loaded']);
  });
});
