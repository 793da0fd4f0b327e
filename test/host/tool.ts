import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Given {
  readonly input: object;
  /** Characters. */
  readonly budget?: number;
  readonly token?: vscode.CancellationToken;
}

/** What a tool answers through the editor's own interface: its text, and the JSON that ends it. */
export async function invoke<T>(
  name: string,
  { input, budget, token }: Given,
): Promise<{ readonly text: string; json(): T }> {
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
  return { text: part.value, json: () => JSON.parse(part.value.slice(part.value.lastIndexOf('\n\n') + 2)) as T };
}
