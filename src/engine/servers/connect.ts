import { defaults, type Control, type Signal } from '../../shared/engine';
import { badRequest, said } from '../../shared/errors';
import type { ServerRequest } from '../../shared/server';
import { isOpenToAll, serverAddress } from '../../shared/serverAddress';
import { orAborted } from '../../shared/signal';
import { wait } from '../../shared/timers';
import { stopIfAborted } from '../tasks/pause';
import { orLonger, ServerFault } from './faults';
import { Http, waitsOf, type Waits } from './http';
import { openLlamaCpp } from './llamaCpp';
import type { ModelServer } from './modelServer';
import { offeredModel, type OpenedServer, type ServerOpening } from './offered';
import { openOpenAi } from './openAi';
import { openVLlm } from './vLlm';

/**
 * Finds out by asking what answers at an address and what it gives. Waits for a model that is still loading, and
 * reports the stage `connect` meanwhile. Sends no text but its own probe.
 */
export async function connectServer(
  request: ServerRequest,
  control: Control = {},
  waits: Waits = waitsOf(request.patience ?? defaults.serverPatience),
): Promise<ModelServer> {
  stopIfAborted(control.signal);
  const address = serverAddress(request.address);
  if (isOpenToAll(address) && !request.allowsHttp)
    throw badRequest`Text and key would go unencrypted to ${new URL(address).host}. Use https, or agree to http for this address.`;
  const http = new Http({ address, key: request.key }, waits);
  const server = await whileLoading(http, control, () => open(http, request, control));
  http.isConnected = true;
  return server;
}

async function open(http: Http, request: ServerRequest, control: Control): Promise<ModelServer> {
  const model = await offeredModel(http, request.model, control.signal);
  const opening = { http, model, address: request.address };
  const server = await openedBy(model.owner, opening, control);
  return {
    ...server,
    async check({ signal } = {}) {
      const now = await offeredModel(http, request.model, signal);
      if (now.name === model.name && now.vocabulary === model.vocabulary && now.dimensions === model.dimensions) return;
      throw new ServerFault(said`Another model runs at ${http.host} now. Connect to it again.`);
    },
  };
}

function openedBy(owner: string, opening: Omit<ServerOpening, 'kind'>, control: Control): Promise<OpenedServer> {
  if (owner === 'llamacpp') return openLlamaCpp({ ...opening, kind: 'llama.cpp' }, control);
  if (owner === 'vllm') return openVLlm({ ...opening, kind: 'vLLM' }, control);
  return openOpenAi({ ...opening, kind: 'OpenAI' }, control);
}

/** Asks again while the server says that its model is loading. */
async function whileLoading<T>(http: Http, { signal, onProgress }: Control, ask: () => Promise<T>): Promise<T> {
  const { pause, loading } = http.waits;
  const start = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ServerFault) || !error.loading) throw error;
    }
    const waited = performance.now() - start;
    if (waited + pause > loading)
      throw new ServerFault(
        said`The server at ${http.host} is still loading its model after ${Math.ceil(loading / 1000)} s. Try again later, or ${orLonger}`,
        { loading: true },
      );
    onProgress?.({ stage: 'connect', fraction: waited / loading });
    await paused(pause, signal);
  }
}

async function paused(milliseconds: number, signal: Signal | undefined): Promise<void> {
  await orAborted(wait(milliseconds), signal);
}
