import { expect, it, vi } from 'vitest';
import { insertAt } from '../../../../src/extension/editor/inFront';

const editor = vi.hoisted(() => ({ text: '', eol: '\n' }));

vi.mock('vscode', () => {
  const document = {
    uri: 'file:///c%3A/a.md',
    lineCount: 99,
    offsetAt: () => editor.text.length,
    positionAt: (offset: number) => offset,
  };
  return {
    Uri: { parse: (uri: string) => uri },
    Position: class {},
    WorkspaceEdit: class {
      edits: (readonly [at: number, text: string])[] = [];
      insert(_: unknown, at: number, text: string) {
        this.edits.push([at, text]);
      }
    },
    workspace: {
      openTextDocument: () => Promise.resolve(document),
      // An editor writes the line ends that the document has.
      applyEdit: ({ edits }: { readonly edits: readonly (readonly [at: number, text: string])[] }) => {
        for (const [at, text] of edits)
          editor.text = editor.text.slice(0, at) + text.replaceAll('\n', editor.eol) + editor.text.slice(at);
        return Promise.resolve(true);
      },
    },
  };
});

it.each([
  ['\n', 4],
  ['\r\n', 6],
])('a text that is written into a document with the line end %j is %i long there', async (eol, length) => {
  Object.assign(editor, { text: `one${eol}two`, eol });
  expect(await insertAt({ uri: 'file:///c%3A/a.md', start: 0, end: 3 }, '\na\nb')).toBe(length);
  expect(editor.text).toBe(`one${eol}a${eol}b${eol}two`);
});
