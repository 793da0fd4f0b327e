import { createBirpc } from 'birpc';
import { buffersOf } from '../../shared/buffers';
import type { Port } from '../../shared/enginePort';
import type { Graph } from '../onnx/graph';
import type { Session } from '../runtime';
import type { Adapter, GpuCalling, GpuServing, GraphHead, Outcome } from './protocol';

/** The GPU as its worker has it. */
export interface Device {
  /** null where there is none. */
  adapter(): Promise<Adapter | null>;
  createSession(graph: Graph): Promise<Session>;
  /** Resolves when the device is gone. To be asked once a session was made. */
  lost(): Promise<void>;
}

/** Milliseconds in which a device that is gone is known to be gone, once a run on it failed. */
const newsOfLoss = 200;

/** The worker's end of the way between the engine and a GPU. */
export function serveGpu(port: Port, device: Device): void {
  const graphs = new Map<number, { readonly head: GraphHead; readonly weights: Uint8Array<ArrayBuffer> }>();
  const sessions = new Map<number, Session>();
  let lost: Promise<void> | undefined;
  const remote = createBirpc<GpuCalling, GpuServing>(
    {
      adapter: () => outcome(() => device.adapter()),
      begin: ({ session, graph: head }) => outcome(() => void graphs.set(session, { head, weights: new Uint8Array(lengthOf(head)) })),
      weights: ({ session, offset, bytes }) => outcome(() => graphOf(session).weights.set(bytes, offset)),
      create: ({ session }) =>
        outcome(async () => {
          const { head, weights } = graphOf(session);
          graphs.delete(session);
          sessions.set(session, await device.createSession({ ...head, external: head.external.map(({ offset, byteLength }) => ({ offset, byteLength, write: (into) => into.set(weights.subarray(offset, offset + byteLength)) })) }));
          lost ??= device.lost().then(() => remote.lost.asEvent());
          lost.catch(() => undefined);
        }),
      run: ({ session, inputs, outputs }) =>
        outcome(async () => {
          const known = sessions.get(session);
          if (!known) throw new RangeError(`There is no session ${session}.`);
          try {
            return await known.run(inputs, outputs);
          } catch (error) {
            // The caller is to hear of the reason first.
            await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, newsOfLoss))]);
            throw error;
          }
        }),
    },
    // What a run gives is moved to the caller: nobody here uses it again.
    { post: (message) => port.post(message, buffersOf(message)), on: (listener) => port.onMessage(listener), timeout: -1, onGeneralError: () => true },
  );
  function graphOf(session: number) {
    const graph = graphs.get(session);
    if (!graph) throw new RangeError(`There is no graph ${session}.`);
    return graph;
  }
}

const lengthOf = ({ external }: GraphHead): number => external.reduce((end, { offset, byteLength }) => Math.max(end, offset + byteLength), 0);

async function outcome<T>(work: () => T | Promise<T>): Promise<Outcome<Exclude<T, void> | (T extends void ? null : never)>> {
  try {
    return { result: ((await work()) ?? null) as never };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
