import {
  type BaseIssue,
  type BaseSchema,
  array,
  boolean,
  custom,
  instance,
  literal,
  looseObject,
  nullable,
  number,
  object,
  optional,
  partial,
  picklist,
  record,
  safeParse,
  string,
  variant,
} from 'valibot';
import { backendChoices } from '../shared/backend';
import { neighbourSpaces } from '../shared/sides';
import type { GpuToPage, GpuUp } from '../shared/gpu';
import { lensColourings } from '../shared/instruments';
import { experiments } from '../shared/lab';
import {
  colourings,
  type GpuFromPanel,
  type HostMessage,
  type Intent,
  type KeptState,
  type SideState,
  type ViewChoices,
} from '../shared/panel';
import { byMetric, metrics } from '../shared/metrics';

interface VsCodeApi {
  postMessage(message: Intent | GpuFromPanel, transfer?: readonly ArrayBuffer[]): void;
  getState(): unknown;
  setState(state: KeptState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

type AnyOf<T> = { readonly [K in keyof T]: BaseSchema<unknown, unknown, BaseIssue<unknown>> };

/** What the drawing would break on: the kind of every key, and the keys that decide what is drawn. */
const stateEntries = {
  status: variant('kind', [
    object({ kind: picklist(['empty', 'ready', 'cancelled']), fetching: optional(boolean()) }),
    looseObject({
      kind: picklist(['working']),
      what: picklist(['loading', 'running']),
      fraction: nullable(number()),
      modelBytes: nullable(number()),
      modelName: optional(string()),
      endedRun: optional(boolean()),
      fetched: optional(object({ bytes: number(), of: number() })),
      comparing: optional(boolean()),
    }),
    looseObject({
      kind: picklist(['failed']),
      message: string(),
      help: nullable(picklist(['log', 'settings', 'models', 'geometry', 'again'])),
    }),
  ]),
  source: nullable(looseObject({ name: string(), excerpt: string(), characters: number() })),
  outOfDate: boolean(),
  options: looseObject({
    context: boolean(),
    contextTokens: number(),
    plain: boolean(),
    centred: boolean(),
    space: picklist(neighbourSpaces),
    limit: number(),
    colouring: picklist(colourings),
    metric: picklist(metrics),
  }),
  loaded: boolean(),
  pinned: optional(boolean()),
  model: nullable(looseObject({ name: string(), sizes: looseObject({}), notices: array(string()) })),
  upcoming: optional(looseObject({ name: string(), bytes: nullable(number()), fetched: optional(boolean()) })),
  text: nullable(
    looseObject({ tokens: array(looseObject({ id: number(), bytes: array(number()) })), contextCount: number() }),
  ),
  run: nullable(
    looseObject({
      length: number(),
      entropy: array(number()),
      surprisal: array(nullable(number())),
      likeliest: array(array(looseObject({ token: looseObject({ bytes: array(number()) }), probability: number() }))),
    }),
  ),
  position: nullable(number()),
  token: nullable(looseObject({ token: looseObject({ id: number() }), ownRank: looseObject({}) })),
  neighbours: nullable(
    looseObject({
      lists: looseObject(byMetric(() => array(looseObject({})))),
    }),
  ),
  prediction: nullable(
    looseObject({ top: array(looseObject({})), lengths: looseObject({ lengths: array(number()), actual: number() }) }),
  ),
  found: nullable(looseObject({ query: string(), tokens: array(looseObject({})), total: number() })),
  encoded: looseObject({}),
  vocabulary: nullable(
    looseObject({
      first: number(),
      bytes: instance(Uint8Array),
      ends: instance(Uint32Array),
      special: instance(Uint8Array),
      sizes: instance(Float32Array),
    }),
  ),
  axes: object({ now: looseObject({ kind: picklist(['token', 'residual']) }), back: boolean(), forward: boolean() }),
  scope: nullable(
    looseObject({
      axis: looseObject({ kind: picklist(['token', 'residual']) }),
      size: number(),
      dots: instance(Float32Array),
      sizes: instance(Float32Array),
      nearest: looseObject({}),
    }),
  ),
  journey: nullable(
    looseObject({
      position: number(),
      residualSize: array(number()),
      push: looseObject({}),
      meanPush: looseObject({}),
    }),
  ),
  lens: nullable(
    looseObject({
      blocks: array(
        looseObject({
          first: number(),
          count: number(),
          from: number(),
          to: number(),
          ids: instance(Int32Array),
          probabilities: instance(Float32Array),
          entropy: instance(Float32Array),
          ranks: instance(Int32Array),
        }),
      ),
      fraction: nullable(number()),
    }),
  ),
  lab: record(
    picklist(experiments),
    object({
      running: nullable(looseObject({ fraction: number() })),
      done: nullable(looseObject({ ask: looseObject({}), result: looseObject({}) })),
      ended: nullable(looseObject({ kind: picklist(['cancelled', 'unloaded', 'failed']) })),
    }),
  ),
  backend: nullable(
    looseObject({
      backend: picklist(['wasm', 'webgpu', 'onnx']),
      choice: picklist(backendChoices),
      reason: looseObject({ kind: string() }),
      agreement: nullable(looseObject({ layer: number(), sameTop: boolean() })),
    }),
  ),
} satisfies AnyOf<SideState>;

const messageSchema = variant('type', [
  looseObject({ type: picklist(['state']), state: looseObject(stateEntries) }),
  looseObject({ type: picklist(['change']), change: partial(looseObject(stateEntries)) }),
]);

const gpuSchema = object({
  type: literal('gpu'),
  message: variant('kind', [
    object({
      way: string(),
      kind: literal('start'),
      files: object({ script: string(), mjs: string(), wasm: string() }),
    }),
    object({
      way: string(),
      kind: literal('data'),
      data: custom<object>((data) => typeof data === 'object' && data !== null),
    }),
    object({ way: string(), kind: literal('end') }),
  ]),
});

const keptView = looseObject({
  view: object({
    showSizes: boolean(),
    hideFragments: boolean(),
    scopeMetric: nullable(picklist(metrics)),
    scopeSizes: boolean(),
    lensColouring: picklist(lensColourings),
    experiment: nullable(picklist(experiments)),
  }),
});

/** The message as sent where its shape is right, else null. */
export const readMessage = (data: unknown): HostMessage | null =>
  safeParse(messageSchema, data).success ? (data as HostMessage) : null;

/** The message to the GPU's worker where it is one, else null. */
export function readGpu(data: unknown): GpuToPage | null {
  const read = safeParse(gpuSchema, data);
  return read.success ? read.output.message : null;
}

/** The choices that were kept over a reload, where there are any. */
export function readView(kept: unknown): ViewChoices | null {
  const read = safeParse(keptView, kept);
  return read.success ? read.output.view : null;
}

/** The other side of the panel, as the webview sees it. */
export interface Host {
  post(intent: Intent): void;
  keptView(): ViewChoices | null;
  keep(state: KeptState): void;
  listen(receive: (message: HostMessage) => void): void;
  /** Speaks for the GPU's worker; `buffers` are moved. */
  postGpu(message: GpuUp, buffers: readonly ArrayBuffer[]): void;
  listenGpu(receive: (message: GpuToPage) => void): void;
}

export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (intent) => api.postMessage(intent),
    keptView: () => readView(api.getState()),
    keep: (state) => api.setState(state),
    postGpu: (message, buffers) => api.postMessage({ type: 'gpu', message }, buffers),
    listenGpu: (receive) =>
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        const message = readGpu(event.data);
        if (message) receive(message);
      }),
    listen: (receive) =>
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        const message = readMessage(event.data);
        if (message) receive(message);
      }),
  };
}
