import * as vscode from 'vscode';
import type { LoadRequest } from '../../shared/model';
import { serverPlace } from '../../shared/modelName';
import { checked } from '../../tools/arguments';
import { groupedCount, shortened, visible } from '../../tools/text';
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
  const model = server ? nameOfServed(server) : (name ?? nameOfModel(path));
  const call = callOf(tool, input, model);
  if (!call) return {};
  const { says, texts } = call;
  if (!server || !mayUseServers || texts.length === 0) return { invocationMessage: says };
  const place = serverPlace(server.address);
  const quoted = texts.map(quotedBeginning).join(', ');
  const message =
    server.model === undefined
      ? vscode.l10n.t('The model on the server {0} receives: {1}', place, quoted)
      : vscode.l10n.t('The model {0} on the server {1} receives: {2}', server.model, place, quoted);
  return {
    invocationMessage: says,
    confirmationMessages: {
      title: vscode.l10n.t('Send the text to {0}?', place),
      message: new vscode.MarkdownString(escaped(message)),
    },
  };
}

/** UTF-16 units of a text that the user sees before it is sent. */
const longestQuote = 200;

/** The beginning of a text in one line, with its invisible characters made visible. Spaces stay, so that it wraps. */
function quotedBeginning(text: string): string {
  const quote = `“${shortened(text, longestQuote).split(' ').map(visible).join(' ')}”`;
  return text.length > longestQuote ? vscode.l10n.t('{0} ({1} characters)', quote, groupedCount(text.length)) : quote;
}

/** Escaped by backslashes. Entities would not do: outside of its chat the editor shows the message as plain text. */
const escaped = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, '\\$&');

/**
 * What a call is about to do, and the texts that it would send. Null if its arguments are wrong: the call itself
 * reports that, and sends nothing.
 */
function callOf(tool: Tool, input: unknown, model: string) {
  try {
    const given = checked(tool, input);
    return { says: tool.says(given, model), texts: tool.texts(given) };
  } catch {
    return null;
  }
}
