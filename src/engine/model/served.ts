import type { Agreement, ServerInfo } from '../../shared/server';
import type { ModelServer } from '../servers/modelServer';
import type { ServedText } from '../servers/servedText';

/** The server that runs a model's layers, and what is known of the output side from the matrices' file. */
export interface ServedLayers {
  readonly server: ModelServer;
  readonly text: ServedText;
  readonly agreement: Agreement | null;
  /** Sentences for the user, mostly none. */
  readonly notices: readonly string[];
}

export function serverInfo(
  { server, agreement }: ServedLayers,
  logitCap: number | undefined,
  hasOutputBias: boolean,
): ServerInfo {
  const { address, kind, model, gives, contextLength } = server;
  return {
    address,
    kind,
    model,
    gives,
    contextLength,
    agreement,
    ...(logitCap !== undefined && { logitCap }),
    ...(hasOutputBias && { outputBias: true }),
  };
}
