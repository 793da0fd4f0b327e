import { createBirpc } from 'birpc';
import { buffersOf } from '../../../shared/buffers';
import type { Port } from '../../../shared/enginePort';
import type { Graph } from '../onnx/graph';
import type { Session, Tensor } from '../onnx/runtime';
import type { Adapter, GpuCalling, GpuServing, GraphHead, Outcome } from './protocol';

/** The GPU inside its worker. */
export interface Device {
  /** `null` without an adapter. */
  adapter(): Promise<Adapter | null>;
  createSession(graph: Graph): Promise<Session>;
  /** Resolves when the device is lost. Call it once a session exists. */
  lost(): Promise<void>;
}

/** Milliseconds until a lost device is reported after a run on it failed. */
const newsOfLoss = 200;

export function serveGpu(port: Port, device: Device): void {
  const graphs = new Map<number, { readonly head: GraphHead; readonly weights: Uint8Array<ArrayBuffer> }>();
  const sessions = new Map<number, Session>();
  /** The inputs of a run before it begins, its outputs after it has ended. */
  const tensors = new Map<number, Readonly<Record<string, Tensor>>>();
  let lost: Promise<void> | undefined;
  const remote = createBirpc<GpuCalling, GpuServing>(
    {
      adapter: () => outcome(() => device.adapter()),
      begin: ({ session, graph: head }) =>
        outcome(() => {
          graphs.set(session, { head, weights: new Uint8Array(lengthOf(head)) });
          return null;
        }),
      weights: ({ session, offset, bytes }) =>
        outcome(() => {
          graphOf(session).weights.set(bytes, offset);
          return null;
        }),
      create: ({ session }) =>
        outcome(async () => {
          const { head, weights } = graphOf(session);
          graphs.delete(session);
          sessions.set(session, await afterNews(device.createSession(graphFrom(head, weights))));
          lost ??= device.lost().then(() => remote.lost.asEvent());
          lost.catch(() => undefined);
          return null;
        }),
      release: ({ session }) =>
        outcome(async () => {
          const known = sessions.get(session);
          sessions.delete(session);
          await known?.release();
          return null;
        }),
      give: ({ run, name, tensor }) =>
        outcome(() => {
          tensors.set(run, { ...tensors.get(run), [name]: tensor });
          return null;
        }),
      run: ({ run, session, outputs }) =>
        outcome(async () => {
          const known = sessions.get(session);
          if (!known) throw new RangeError(`There is no session ${session}.`);
          const inputs = tensors.get(run) ?? {};
          tensors.delete(run);
          tensors.set(run, await afterNews(known.run(inputs, outputs)));
          return null;
        }),
      take: ({ run, name }) =>
        outcome(() => {
          const { [name]: tensor, ...rest } = tensors.get(run) ?? {};
          if (!tensor) throw new RangeError(`There is no output ${name}.`);
          if (Object.keys(rest).length > 0) tensors.set(run, rest);
          else tensors.delete(run);
          return tensor;
        }),
    },
    // Outputs are moved to the caller, since nothing here uses them again.
    {
      post: (message) => port.post(message, buffersOf(message)),
      on: (listener) => port.onMessage(listener),
      timeout: -1,
      onGeneralError: () => true,
    },
  );
  /** If the task fails, the caller first learns of a lost device. */
  async function afterNews<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, newsOfLoss))]);
      throw error;
    }
  }
  function graphOf(session: number) {
    const graph = graphs.get(session);
    if (!graph) throw new RangeError(`There is no graph ${session}.`);
    return graph;
  }
}

const graphFrom = (head: GraphHead, weights: Uint8Array): Graph => ({
  ...head,
  external: head.external.map(({ offset, byteLength }) => ({
    offset,
    byteLength,
    write: (into) => into.set(weights.subarray(offset, offset + byteLength)),
  })),
});

const lengthOf = ({ external }: GraphHead): number =>
  external.reduce((end, { offset, byteLength }) => Math.max(end, offset + byteLength), 0);

async function outcome<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
