import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ranOn } from '../../../src/extension/inspection/views';
import type { Backend, BackendView } from '../../../src/shared/backend';
import { usualChat } from '../../../src/shared/chat/view';
import { usualSampler } from '../../../src/shared/continuation';
import { experiments, type Experiments } from '../../../src/shared/lab';
import type { PanelState } from '../../../src/shared/panel';
import {
  ownRunOf,
  provenanceLines,
  provenanceOf,
  provenanceOfState,
  type OwnRun,
} from '../../../src/shared/provenance';
import { serverInfo } from '../support/controller';
import { rowsUnder } from '../support/pages';
import { surroundings } from '../support/surroundings';
import { inspected, model, trunk } from '../webview/build';

const files = [
  { path: '/home/me/tiny-00001-of-00002.gguf', bytes: 1, changed: 5 },
  { path: 'C:\\models\\tiny-00002-of-00002.gguf', bytes: 2, sha256: 'ab' },
];
const backend = { backend: 'webgpu', choice: 'auto' } as BackendView;
const run = { length: 3 } as NonNullable<PanelState['run']>;
const state: PanelState = {
  ...inspected(['a', 'b', 'c'], { position: 1, run: { ...run, backend: 'webgpu' } }),
  model: { ...model, files, vectorBits: 256, kernels: 'relaxed' },
  backend,
};
const ids = state.text?.tokens.map(({ id }) => id);
const ablation = { part: { kind: 'head', layer: 2, head: 3 }, by: 'mean', result: null } as const;
const steering = { expression: 'king\n- man', how: 'add', strength: 2, layer: 1, positions: 'last' } as const;
const steer = { steering, result: null, curve: null, fault: null };

describe('the block', () => {
  it('names the model, its files without their folders and a hash of each, and the settings of the numbers', () => {
    expect(provenanceOfState(surroundings, state)).toEqual({
      product: 'Vectorscope',
      version: '1.2.3',
      model: 'Tiny',
      file: ['tiny-00001-of-00002.gguf', 'tiny-00002-of-00002.gguf'],
      sha256: ['1', 'ab'],
      server: null,
      backend: 'webgpu',
      threads: 2,
      kernels: 'relaxed',
      otherModel: null,
      otherFile: [],
      otherSha256: [],
      context: 0,
      plain: false,
      template: null,
      limit: 512,
      window: null,
      centred: false,
      space: null,
      without: null,
      steering: null,
      continuation: null,
      chosen: null,
      index: 1,
      tokens: 3,
      ids,
      otherIds: [],
    });
  });

  it('has the same keys in the same order, and a line for each, if nothing is known', () => {
    const known = provenanceOfState(surroundings, state);
    const nothing = provenanceOf(surroundings, { model: null });
    expect(Object.keys(nothing)).toEqual(Object.keys(known));
    expect(provenanceLines(nothing)).toHaveLength(provenanceLines(known).length);
    expect(new Map(provenanceLines(nothing)).get('model')).toBe('none');
  });

  it('has as many lines as the guide says', () => {
    const guide = readFileSync(new URL('../../../docs/editor.md', import.meta.url), 'utf8');
    const { length } = provenanceLines(provenanceOf(surroundings, { model: null }));
    expect(guide).toContain(`the same ${length} English keys`);
  });

  it('has its keys explained in the guide, in their order', () => {
    const explained = rowsUnder('docs/editor.md', 'Provenance').flatMap(([keys]) => keys?.match(/\w+/g) ?? []);
    expect(explained).toEqual(Object.keys(provenanceOf(surroundings, { model: null })));
  });

  it('names a left-out part or a vector for the numbers of that run alone', () => {
    const both = { ...state, ablation, steer };
    const changed = (of?: 'ablation' | 'steer') => {
      const { without, steering: added } = provenanceOfState(surroundings, both, of);
      return [without, added];
    };
    expect(changed()).toEqual([null, null]);
    expect(changed('ablation')).toEqual([{ parts: [ablation.part], by: 'mean' }, null]);
    expect(changed('steer')).toEqual([null, steering]);
    const lines = new Map(provenanceLines(provenanceOfState(surroundings, both, 'steer')));
    expect(JSON.parse(lines.get('steering') ?? '')).toEqual(steering);
  });

  it('names how each path of a continuation went on', () => {
    const path = { id: 1, steps: [], branched: null, ended: 'count', sampler: null, seed: null, stop: null } as const;
    const paths = [path, { ...path, sampler: { ...usualSampler, order: ['minP'] }, seed: 7, stop: '.' }] as const;
    const shown = { ...state, continuation: { paths, failure: null } };
    const { continuation } = provenanceOfState(surroundings, shown, 'continuation');
    expect(continuation).toEqual([
      { sampler: null, seed: null },
      { sampler: expect.objectContaining({ 'min-p': 0.05, order: ['min-p'] }) as object, seed: 7, stop: '.' },
    ]);
    const line = new Map(provenanceLines(provenanceOfState(surroundings, shown, 'continuation'))).get('continuation');
    expect(line).toBe(continuation?.map((one) => JSON.stringify(one)).join(' '));
  });

  it('names what the numbers are about: a token, an expression, an axis, a head, a pair of positions, a patch', () => {
    const axis = { kind: 'residual', position: 1, layer: 2 } as const;
    const patch = { part: 'head', layer: 4, tokens: null, rows: [], open: { row: 2, at: 4, result: null } };
    const shown = {
      ...state,
      ...{ token: { token: { id: 7 } }, vector: { expression: 'h - #3', result: {} }, scope: { axis } },
      ...{
        attention: { ...state.attention, open: { layer: 2, head: 3 } },
        journey: { output: { id: 9 }, pair: { against: { id: 3 } } },
      },
      texts: { result: { tokens: [{ id: 4 }] }, next: { otherPosition: 5, likeliest: [9, 8] }, patch },
    } as unknown as PanelState;
    const chosen = {
      ...{ token: 7, vector: 'h - #3', axis: { kind: 'residual', index: 1, layer: 2 } },
      ...{ heads: [{ layer: 2, head: 3 }], push: 9, why: [9, 3] },
    };
    const alone = provenanceOfState(surroundings, shown);
    expect([alone.chosen, alone.otherIds]).toEqual([chosen, []]);
    // The second text is named only where two texts are compared.
    const patched = { part: 'head', layer: 4, tokens: [9, 8], cell: { row: 2, at: 4 } };
    for (const of of ['texts', 'patch'] as const) {
      const both = provenanceOfState(surroundings, shown, of);
      expect([both.chosen, both.otherIds]).toEqual([{ ...chosen, otherIndex: 5, patch: patched }, [4]]);
    }
    expect(['texts', 'texts-layers', 'lab-rulers', 'size-map'].map(ownRunOf)).toEqual([
      'texts',
      'texts',
      'lab',
      undefined,
    ]);
    // Patched runs stay where the layers were loaded.
    expect(provenanceOfState(surroundings, shown, 'patch').backend).toBe('wasm');
    const rulers = { id: 3, k: 10, sample: 100 };
    const ran = <E extends 'rulers' | 'length'>(
      name: E,
      options: object,
      result: Partial<Experiments[E]['result']>,
    ) => ({
      running: null,
      ended: null,
      done: { ask: { name, options }, result: { name, result }, text: 'secret' },
    });
    const runs = { rulers: ran('rulers', rulers, {}), length: ran('length', {}, { ids: [5, 6] }) };
    const lab = { ...state, lab: runs } as unknown as PanelState;
    expect(provenanceOfState(surroundings, lab, 'lab').chosen).toEqual({ rulers, length: { ids: [5, 6] } });
  });

  it('has no text for the lab, and of a document its window and length', () => {
    const lab = provenanceOfState(surroundings, state, 'lab');
    expect([lab.ids, lab.index, lab.tokens, lab.limit]).toEqual([[], null, null, null]);
    const document = { tokens: 9000, window: 512, plain: true } as PanelState['document'];
    const whole = provenanceOfState(surroundings, { ...state, document }, 'document');
    expect([whole.ids, whole.tokens, whole.window, whole.limit, whole.plain]).toEqual([[], 9000, 512, null, true]);
  });

  it('names the template of a conversation, which is never read as plain text', () => {
    const chat = { template: 'tool_use' } as NonNullable<PanelState['text']>['chat'] & object;
    const block = provenanceOfState(surroundings, { ...state, text: state.text && { ...state.text, chat } });
    expect([block.template, block.plain]).toEqual(['tool_use', false]);
  });

  it('names the options that the numbers were made with, while others wait for the next run', () => {
    const options = {
      ...state.options,
      chat: usualChat,
      plain: true,
      limit: 9,
      centred: true,
      space: 'cross',
    } as const;
    const neighbours = { query: { id: 7 }, centred: false, space: 'output' } as PanelState['neighbours'];
    const { plain, limit, centred, space } = provenanceOfState(surroundings, { ...state, options, neighbours });
    expect({ plain, limit, centred, space }).toEqual({ plain: false, limit: 512, centred: false, space: 'output' });
  });

  it('does not pretend to know the hash of a model on the Hub or on a server', () => {
    const source = { repository: 'owner/name', file: 'm.gguf', bytes: 9 };
    const { vectorBits: _, ...info } = model;
    const onHub = provenanceOf(surroundings, { model: { ...info, trunk: null, source } });
    expect([onHub.file, onHub.sha256, onHub.backend]).toEqual([['owner/name:m.gguf'], ['not known'], null]);
    const served = provenanceOf(surroundings, { model: { ...info, trunk: null, sizes: null, server: serverInfo } });
    expect([served.file, served.sha256, served.backend, served.threads]).toEqual([[], ['not known'], 'server', null]);
    expect(served.server).toBe(`${serverInfo.kind} at ${serverInfo.address}`);
  });

  it('names what the layers ran on when the numbers were made, and says so if that is not known', () => {
    const named = (ranOn: Backend | undefined, now: Backend | null, of?: OwnRun) =>
      provenanceOfState(
        surroundings,
        { ...state, run: { ...run, ...(ranOn && { backend: ranOn }) }, backend: now && { ...backend, backend: now } },
        of,
      ).backend;
    expect([named('wasm', 'webgpu'), named('webgpu', null)]).toEqual(['wasm', 'webgpu']);
    // A changed run stays where the layers were loaded.
    expect([named('webgpu', 'webgpu', 'steer'), named('wasm', 'webgpu', 'ablation')]).toEqual([
      ...['webgpu before the change, wasm after it', 'wasm'],
    ]);
    expect([named('onnx', 'onnx', 'ablation'), named('wasm', 'webgpu', 'texts')]).toEqual([
      ...['onnx before the change, wasm after it', 'wasm'],
    ]);
    // So does a second text.
    expect([named('webgpu', 'webgpu', 'texts'), named(undefined, 'webgpu', 'texts')]).toEqual([
      ...['webgpu for the first text, wasm for the second', 'not known'],
    ]);
    // And a second model.
    const both = { ...state.both, other: { info: { ...model, trunk } } } as PanelState['both'];
    expect(provenanceOfState(surroundings, { ...state, both }).backend).toBe(
      'webgpu for the first model, wasm for the second',
    );
    // Nothing had moved before it was known.
    expect([named(undefined, 'wasm'), named(undefined, 'webgpu'), named(undefined, null)]).toEqual([
      ...['wasm', 'not known', 'not known'],
    ]);
    // Windows of a document may have run before the move.
    expect([named('wasm', 'wasm', 'document'), named('wasm', 'webgpu', 'document')]).toEqual(['wasm', 'not known']);
  });

  it('names ONNX Runtime alone if our kernels were wrong, so that nothing runs on them', () => {
    const { vectorBits: _, ...wrong } = { ...model, vectorBits: undefined };
    const on = { ...state, model: wrong, run: { ...run, backend: 'onnx' }, backend: { ...backend, backend: 'onnx' } };
    expect(provenanceOfState(surroundings, on as PanelState, 'texts').backend).toBe('onnx');
  });

  it('names what the experiments ran on, as long as all ran on the same', () => {
    const named = (...ranOn: readonly (Backend | undefined)[]) => {
      const runs = ranOn.map((one, i) => [experiments[i], { done: { ask: {}, ...(one && { backend: one }) } }]);
      const lab = Object.fromEntries(runs) as PanelState['lab'];
      return provenanceOfState(surroundings, { ...state, lab }, 'lab').backend;
    };
    expect([named('wasm'), named('webgpu', 'webgpu'), named('wasm', 'webgpu'), named(undefined)]).toEqual([
      ...['wasm', 'webgpu', 'not known', 'not known'],
    ]);
  });

  it('knows what a run ran on if nothing moved, or if the run waited for the move', () => {
    const view = (name: Backend, choice: BackendView['choice'] = 'auto') => ({ ...backend, backend: name, choice });
    expect([
      ranOn(view('wasm'), view('wasm')),
      ranOn(null, view('webgpu', 'webgpu')),
      ranOn(null, view('webgpu')),
      ranOn(view('wasm'), view('webgpu')),
      ranOn(null, null),
    ]).toEqual(['wasm', 'webgpu', undefined, undefined, undefined]);
  });

  it('has no line end in any value', () => {
    const block = provenanceOf(surroundings, { model: { ...model, name: 'a\r\nb\u2028c' } });
    expect(new Map(provenanceLines(block)).get('model')).toBe('a b c');
  });
});
