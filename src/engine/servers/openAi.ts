import type { Control } from '../../shared/engine';
import { said } from '../../shared/said';
import { ServerFault } from './faults';
import { openLlamaCpp } from './llamaCpp';
import type { OpenedServer, ServerOpening } from './offered';
import { openVLlm } from './vLlm';

/**
 * Any other server with OpenAI’s interface. That interface names tokens by their texts and tells no ids, and two tokens
 * may have the same text. So such a server serves only if it also speaks as llama.cpp or vLLM does, as proxies and
 * forks do.
 */
export async function openOpenAi(opening: ServerOpening, control: Control = {}): Promise<OpenedServer> {
  for (const open of [openVLlm, openLlamaCpp]) {
    try {
      return await open(opening, control);
    } catch (error) {
      // The next client may know this form. Any other fault is the server’s own.
      if (!(error instanceof ServerFault) || !(error.refused || error.foreign)) throw error;
    }
  }
  throw new ServerFault(
    said`The server at ${opening.http.host} gives no token ids, so its model cannot be inspected. llama-server and vLLM give them.`,
  );
}
