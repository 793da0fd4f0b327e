import type * as vscode from 'vscode';
import { activated, closeDocuments, inspectSelection, open, replace, select } from './inspecting';

/** Resolves once the status bar shows this count. Listens before `act` changes anything. */
async function counted(expected: string | null, act: () => unknown): Promise<void> {
  const { onDidCountTokens } = await activated();
  const shown: (string | null)[] = [];
  let listening: vscode.Disposable | undefined;
  let deadline: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      deadline = setTimeout(() => reject(new Error(`The status bar showed ${JSON.stringify(shown)}.`)), patience);
      listening = onDidCountTokens((text) => {
        shown.push(text);
        if (text === expected) resolve();
      });
      Promise.resolve(act()).catch(reject);
    });
  } finally {
    clearTimeout(deadline);
    listening?.dispose();
  }
}

/** Only a test that fails waits so long. Milliseconds. */
const patience = 30_000;

describe('the count of tokens in the status bar', () => {
  afterEach(closeDocuments);

  it('is that of the selection, and follows edits', async () => {
    const document = await open('The capital of France is');
    await select(document);
    // Loads the model.
    await inspectSelection();
    await counted('2 tokens', () => select(document, 0, 'The capital'.length));
    await counted('3 tokens', () => replace(document, 'The'.length, 'The'.length, ' big'));
  });

  it('is that of the document without a selection, and gone without a document', async () => {
    const document = await open('The capital of France is Paris');
    await counted('6 tokens', () => select(document, 0, 0));
    await counted(null, closeDocuments);
  });
});
