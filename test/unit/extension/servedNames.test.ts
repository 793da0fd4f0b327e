import { describe, expect, it, vi } from 'vitest';
import { inspectionOf, partOf, requestOf } from '../../../src/extension/export/exportParts';
import { itemOf } from '../../../src/extension/inspectionsView/item';
import { modelRequest, nameOfModel } from '../../../src/extension/modelsView/chosenModel';
import type { ChosenFile } from '../../../src/extension/modelsView/remembered';
import { machineLines } from '../../../src/extension/statusBar/machine';
import { modelStatus, statusText } from '../../../src/extension/statusBar/modelStatus';
import { statusWords } from '../../../src/extension/statusBar/modelStatus';
import { menuItems, menuTitle } from '../../../src/extension/statusBar/registerModelCommands';
import type { Inspection } from '../../../src/shared/inspection';
import { serverPlace } from '../../../src/shared/modelName';
import { address, serverInfo, setUpServed, subject } from '../support/controller';

const editor = vi.hoisted(() => ({ file: '', patience: 30, sameBits: false }));
vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  QuickPickItemKind: { Separator: -1 },
  extensions: { getExtension: () => undefined },
  workspace: { getConfiguration: () => ({ get: (name: string) => (name === 'modelFile' ? editor.file : 0) }) },
}));
vi.mock('../../../src/extension/settings', () => ({
  modelFileSetting: () => editor.file,
  threadsSetting: () => 0,
  sameBitsSetting: () => editor.sameBits,
  serverPatience: () => editor.patience,
  section: 'vectorscope',
}));
vi.mock('#host', () => ({ host: { isPlace: () => true } }));

async function inspected() {
  const { controller } = setUpServed();
  await controller.inspect(subject('abc'));
  return controller;
}

const inspection: Inspection = {
  model: {
    name: 'SmolLM2-135M',
    quantisation: 'Q4_1',
    architecture: 'llama',
    dimensions: 2,
    vocabulary: 3,
    layers: null,
    tied: true,
    server: serverInfo,
  },
  leftOut: 0,
  tokens: [
    {
      index: 0,
      id: 97,
      text: 'a',
      bytes: [97],
      start: 0,
      end: 1,
      special: false,
      size: 1,
      percentile: 0,
      surprisal: null,
    },
  ],
  neighbours: [
    {
      index: 0,
      euclidean: [{ id: 97, text: 'a', value: 0 }],
      cosine: [{ id: 97, text: 'a', value: 1 }],
      dot: [{ id: 97, text: 'a', value: 1 }],
    },
  ],
  predictions: [
    {
      index: 0,
      hiddenSize: 2,
      entropy: 1,
      top: [{ id: 98, text: 'b', probability: 0.5, logit: 2, rawLogit: 2, size: 1, cosine: 1, bias: 0 }],
      nearest: { euclidean: [], cosine: [], dot: [] },
    },
  ],
};

const title = 'SmolLM2-135M on localhost:8080 (llama.cpp)';

describe('a model on a server is named with its server', () => {
  it.each([
    ['http://localhost:8080', 'localhost:8080'],
    ['https://example.org/proxy/', 'example.org/proxy'],
    ['http://[::1]:8080', '[::1]:8080'],
    ['https://user:password@example.org', 'example.org'],
  ])('whose place in %s is %s', (whole, place) => expect(serverPlace(whole)).toBe(place));

  it('in JSON', async () => {
    const { state } = await inspected();
    const { contextLength: _, ...server } = serverInfo;
    expect(inspectionOf('tokens', state)?.model).toMatchObject({ layers: null, server });
    expect(Object.keys(inspectionOf('tokens', state)?.model.server ?? {})).toEqual(Object.keys(server));
  });

  it('in the list of inspections', async () => {
    const controller = await inspected();
    const [past] = controller.inspections.all;
    if (!past) throw new Error('Nothing was kept.');
    const item = itemOf(past, { lines: () => null, time: () => '14:03' }, [past]);
    expect(item.description).toBe('14:03 · abc · SmolLM2-135M on localhost:8080');
    expect(item.details).toContain('SmolLM2-135M on localhost:8080');
  });

  it('in the status bar and its menu, where no backend is offered', async () => {
    const { state } = await inspected();
    const status = modelStatus(state);
    if (!status) throw new Error('There is no status.');
    expect(statusText(status, statusWords())).toBe('SmolLM2-135M @ localhost:8080');
    expect(statusText({ ...status, server: '$(sync) example' }, statusWords())).not.toContain('$(');
    expect(menuTitle(state)).toBe(title);
    const machine = { host: 'node', remote: null, memory: null, canShare: true, threadsSetting: 0 } as const;
    const lines = machineLines({ ...machine, choice: 'auto' }, state);
    expect(lines.map(({ what, text }) => [what, text])).toEqual([
      ['host', 'Host: Node on this machine'],
      ['server', 'Server: localhost:8080 (llama.cpp)'],
      ['threads', 'Threads: 1'],
    ]);
    const items = menuItems({ loaded: true, working: false, isMeasured: false, lines });
    expect(items.find(({ label }) => label.startsWith('Server'))).toEqual({
      label: 'Server: localhost:8080 (llama.cpp)',
      detail: 'It runs the layers. The texts that you inspect are sent there.',
    });
  });

  it('but not while another model takes its place', async () => {
    const { state } = await inspected();
    const working = { kind: 'working', what: 'loading', fraction: null, modelBytes: null, modelName: 'small' } as const;
    expect(modelStatus({ ...state, status: working })).toMatchObject({
      name: 'small',
      doing: 'loading',
      fraction: null,
    });
  });
});

it('the export of everything asks for predictions but for no layers, and for none where there are none', async () => {
  const { state } = await inspected();
  expect(requestOf('everything', subject('abc'), state)).toMatchObject({ top: state.options.top, layers: false });
  const { model } = state;
  const tokensOnly = { ...state, model: model && { ...model, server: { ...serverInfo, gives: 'tokens' as const } } };
  expect(requestOf('everything', subject('abc'), tokensOnly)).toMatchObject({ top: 0, layers: false });
});

describe('lists of likeliest tokens', () => {
  const { predictions: _, neighbours: __, ...others } = inspection;
  const listing: Inspection = {
    ...others,
    listed: [
      {
        index: 0,
        hiddenSize: null,
        entropy: { atLeast: 1.5, atMost: null },
        top: [{ id: 98, text: 'b', probability: 0.5 }],
      },
    ],
  };

  it('are exported without factors', () => {
    expect(partOf('predictions', listing)).toHaveProperty('listed');
    expect(partOf('tokens', listing)).not.toHaveProperty('listed');
  });

  it('come without neighbours where the matrices are not known', async () => {
    const { state } = await inspected();
    const unknown = { ...state, model: state.model && { ...state.model, sizes: null } };
    expect(requestOf('everything', subject('abc'), unknown)).toMatchObject({ neighbours: 0 });
    expect(requestOf('everything', subject('abc'), state)).toMatchObject({ neighbours: state.options.neighbours });
  });
});

describe('the model that is asked for', () => {
  const server = { address, matrices: '/m/one.gguf' };
  const remembered = (file: ChosenFile) => ({ chosen: file, of: (path: string) => (path === file.path ? file : null) });

  it('is on the server that was chosen', () => {
    editor.file = '';
    expect(modelRequest('/extension', remembered({ path: address, server }))).toEqual({ path: address, server });
  });

  it('gives the server as long as the settings say', () => {
    editor.file = '';
    editor.patience = 300;
    const request = modelRequest('/extension', remembered({ path: address, server }));
    expect(request.server).toEqual({ ...server, patience: 300 });
    editor.patience = 30;
  });

  it('is computed with the instructions that the settings ask for', () => {
    editor.file = '/m/one.gguf';
    editor.sameBits = true;
    expect(modelRequest('/extension', remembered({ path: '/m/one.gguf' }))).toEqual({
      path: '/m/one.gguf',
      sameBits: true,
    });
    editor.sameBits = false;
  });

  it('is never on a server because of a setting', () => {
    editor.file = address;
    expect(modelRequest('/extension', remembered({ path: address, server }))).toEqual({ path: address });
    expect(nameOfModel('/m/one.Q4_1.gguf')).toBe('one');
  });
});
