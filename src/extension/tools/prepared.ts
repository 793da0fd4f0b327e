import * as vscode from 'vscode';
import type { LoadRequest } from '../../shared/model';
import { serverPlace } from '../../shared/servedName';
import { checked } from '../../tools/call';
import type { Tool } from '../../tools/tool';
import { nameOfModel } from '../modelsView/chosenModel';
import { nameOfServed } from '../modelsView/remembered';

/**
 * What the editor shows before a call, and whether it asks the user. `wanted` is the chosen model, which need not be
 * loaded yet.
 */
export function prepared(
  tool: Tool,
  input: unknown,
  { path, name, server }: LoadRequest,
  mayUseServers: boolean,
): vscode.PreparedToolInvocation {
  const says = sentenceBefore(tool, input, server ? nameOfServed(server) : (name ?? nameOfModel(path)));
  if (says === null) return {};
  if (!server || !mayUseServers || tool.name === 'model') return { invocationMessage: says };
  const place = serverPlace(server.address);
  const message = vscode.l10n.t('The model runs on the server {0}, which receives the text. {1}.', place, says);
  return {
    invocationMessage: says,
    confirmationMessages: {
      title: vscode.l10n.t('Send the text to {0}?', place),
      // The editor takes a string for Markdown, and the sentence may quote a token.
      message: new vscode.MarkdownString().appendText(message),
    },
  };
}

/** What a call is about to do; null if its arguments are wrong: the call itself reports that, and sends nothing. */
function sentenceBefore(tool: Tool, input: unknown, model: string): string | null {
  try {
    return tool.says(checked(tool, input), model);
  } catch {
    return null;
  }
}
