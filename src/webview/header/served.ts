import * as l10n from '@vscode/l10n';
import { percent } from '../../shared/format';
import { serverPlace } from '../../shared/servedName';
import type { ServerInfo, ServerKind } from '../../shared/server';

const kinds: Readonly<Record<ServerKind, () => string>> = {
  'llama.cpp': () => 'llama.cpp',
  vLLM: () => 'vLLM',
  OpenAI: () => l10n.t('an OpenAI-compatible server'),
};

/** A smaller difference would read as 0.0 %. */
const seen = 0.0005;

/** Where inspected texts go, and how far the numbers of the server agree with ours. */
export function servedWords(server: ServerInfo): string {
  const sent = l10n.t(
    '{0} ({1}) runs the layers: the texts that you inspect are sent there.',
    serverPlace(server.address),
    kinds[server.kind](),
  );
  const { agreement } = server;
  if (!agreement) return sent;
  if (agreement.largest < seen)
    return l10n.t('{0} On a test text, its own probabilities agree with the ones from its h and your file.', sent);
  return l10n.t(
    '{0} On a test text, its own probabilities agree with the ones from its h and your file to within {1}: many servers round to 8 bits between the layers.',
    sent,
    percent(100 * agreement.largest),
  );
}
