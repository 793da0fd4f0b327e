import { posix } from 'node:path';
import * as vscode from 'vscode';
import { readConversation } from '../../shared/chat/conversation';
import { EngineError } from '../../shared/errors';
import type { DocumentSource } from '../inspection/keptDocument';
import { charactersPerToken, cutFromEnd, type SubjectPlace, type Subject } from '../inspection/subject';
import { mostContextTokens } from '../settings';
import type { EditorRead } from './inFront';

/** The setting may grow while a text is shown, so the longest possible context is read. UTF-16 units. */
const reach = (): number => mostContextTokens() * charactersPerToken;

/** The text that the command inspects: the primary selection, or the cursor's line if nothing is selected. */
export function selectedIn({ document, selection, selections }: EditorRead): Subject {
  const wholeLine = selection.isEmpty;
  const range = wholeLine ? document.lineAt(selection.active.line).range : selection;
  const others = selections.filter((other) => other !== selection && !other.isEmpty && !other.isEqual(selection));
  return { ...subjectAt(document, range), wholeLine, otherSelections: others.length };
}

/** Longer documents take too long to parse here. UTF-16 units. */
const longestChat = 2 ** 19;

/** Like `selectedIn`, but without a selection it reads the whole document if that is a conversation. */
export function chatIn(editor: EditorRead): Subject {
  const subject = selectedIn(editor);
  if (!subject.wholeLine || isChat(subject.text)) return subject;
  const { document } = editor;
  const text = document.getText();
  if (text.length > longestChat || !isChat(text)) return subject;
  return subjectAt(document, new vscode.Range(document.positionAt(0), document.positionAt(text.length)));
}

const isChat = (text: string): boolean => readConversation(text).form !== 'text';

/** What stands at a place now. The document need not be open. */
export async function readAt({ uri, start, end }: SubjectPlace): Promise<Subject> {
  const document = await open(uri);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  if (start === end || document.offsetAt(range.end) !== end) {
    throw new EngineError(
      'bad-request',
      vscode.l10n.t('The inspected text is no longer in its document. Select some text and inspect again.'),
    );
  }
  const subject = subjectAt(document, range);
  if (isBlank(subject)) throw new EngineError('empty-text', whyBlank());
  return subject;
}

export const isBlank = ({ text }: Pick<Subject, 'text'>): boolean => text.trim() === '';

export const whyBlank = (): string => vscode.l10n.t('The text is only whitespace. Select some text and inspect again.');

/** The whole document of an editor. Once it was closed, it reads as it did last, until it is opened again. */
export function wholeDocument({ document }: Pick<EditorRead, 'document'>): {
  readonly text: string;
  readonly source: DocumentSource;
} {
  const uri = document.uri.toString();
  const present = () => vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri) ?? document;
  return {
    text: document.getText(),
    source: { uri, name: posix.basename(document.uri.path), read: () => present().getText() },
  };
}

export async function open(uri: string): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  } catch {
    throw new EngineError(
      'bad-request',
      vscode.l10n.t(
        'The inspected document can no longer be opened. Open a document, select some text and inspect again.',
      ),
    );
  }
}

function subjectAt(document: vscode.TextDocument, range: vscode.Range): Subject {
  const start = document.offsetAt(range.start);
  const length = reach();
  // One character more, to see whether the cut would split a surrogate pair.
  const before = new vscode.Range(document.positionAt(Math.max(0, start - length - 1)), range.start);
  return {
    uri: document.uri.toString(),
    version: document.version,
    name: posix.basename(document.uri.path),
    start,
    end: document.offsetAt(range.end),
    text: document.getText(range),
    before: cutFromEnd(document.getText(before), length),
    otherSelections: 0,
    wholeLine: false,
  };
}
