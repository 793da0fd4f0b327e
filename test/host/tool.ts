import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Given {
  readonly input: object;
  /** Characters. */
  readonly budget?: number;
  readonly token?: vscode.CancellationToken;
}

/** What a tool answers through the editor's own interface: its text. */
export async function invoke(name: string, { input, budget, token }: Given): Promise<string> {
  const options = {
    input,
    toolInvocationToken: undefined,
    ...(budget !== undefined && {
      tokenizationOptions: { tokenBudget: budget, countTokens: (text: string) => Promise.resolve(text.length) },
    }),
  };
  const { content } = await vscode.lm.invokeTool(`vectorscope_${name}`, options, token);
  const [part] = content;
  assert.ok(part instanceof vscode.LanguageModelTextPart, 'the answer is text');
  return part.value;
}

/** The numbers of a table in an answer, by the key above them; its heads begin with these keys, below its name. */
export function column(text: string, keys: readonly string[], key: string): readonly number[] {
  const tables = text.split('\n\n').map((part) => part.split('\n').slice(1));
  const table = tables.find(([heads]) => heads?.startsWith(keys.join('\t'))) ?? [];
  const [head = [], ...rows] = table.map((line) => line.split('\t'));
  return rows.map((cells) => Number(cells[head.indexOf(key)]?.replace('−', '-')));
}
