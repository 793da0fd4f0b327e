import * as vscode from 'vscode';
import { here } from '../../../shared/consent';
import { count, plural } from '../../../shared/format';
import { modelTitle } from '../../../shared/modelName';
import type { EngineWorker } from '../../engineWorker';
import type { MeasureHandler } from '../../handlerTimes';
import { section, tokenCountSetting } from '../../settings';
import type { Shown } from '../../shown';
import { LastEditor } from '../lastEditor';
import {
  type LongText,
  type TokenCount,
  TokenCounter,
  type WantedCount,
  otherEncoding,
  type Counted,
} from './tokenCounter';

/** `1,234 tokens`, `≈ 250,012 tokens`; without a number while nothing is known yet. */
export function countText({ ofModel, ofOther }: Counted): string {
  const known = ofModel ?? ofOther;
  if (!known) return vscode.l10n.t('… tokens');
  const text = plural(known.tokens, {
    one: vscode.l10n.t('{0} token', inDigits(known)),
    other: vscode.l10n.t('{0} tokens', inDigits(known)),
  });
  return ofModel ? text : `${text} · ${otherEncoding}`;
}

/** The number of each vocabulary, in one line where they are equal, and how they were counted. */
export function countTooltip({ wanted: { isSelection, model }, ofModel, first, ofOther }: Counted): string {
  const title = modelTitle(model, vscode.l10n);
  const areEqual = ofModel?.tokens === ofOther?.tokens;
  return [
    isSelection ? vscode.l10n.t('Tokens of the selection') : vscode.l10n.t('Tokens of the document'),
    ofModel && `${areEqual ? `${title}, ${otherEncoding}` : title}: ${inDigits(ofModel)}`,
    ofOther && !areEqual && `${otherEncoding}: ${inDigits(ofOther)}`,
    first !== null && vscode.l10n.t('{0} is not counted; the model reads it before every text.', first),
    (ofModel ?? ofOther)?.isExact === false &&
      vscode.l10n.t('A long text is counted in pieces, which can change the number by a few tokens.'),
    !here(model) && vscode.l10n.t('The text is not sent to the model’s server just to count its tokens.'),
  ]
    .filter((line) => typeof line === 'string')
    .join('\n');
}

const inDigits = ({ tokens, isExact }: TokenCount): string => `${isExact ? '' : '≈ '}${count(tokens)}`;

const setting = `${section}.tokenCount`;

/**
 * While a model is loaded, shows the number of tokens of the selection, or of the document if nothing is selected.
 * `said` gets what the status bar shows, null if it shows nothing, since no editor tells what its status bar shows.
 */
export function registerTokenCount(
  shown: Shown,
  worker: EngineWorker,
  measure: MeasureHandler,
  said: (text: string | null) => void = () => {},
): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('vectorscope.tokenCount', vscode.StatusBarAlignment.Right, 99);
  item.name = vscode.l10n.t('Vectorscope: Tokens');
  item.command = { title: item.name, command: 'workbench.action.openSettings', arguments: [setting] };
  const counter = new TokenCounter(worker, (counted) => {
    said(counted && countText(counted));
    if (!counted) return item.hide();
    const words = countText(counted);
    item.text = counted.wanted.isSelection ? vscode.l10n.t('{0} selected', words) : words;
    item.tooltip = countTooltip(counted);
    item.show();
  });
  const lastEditor = new LastEditor(vscode.window);
  // Every move of the cursor leads to `look`, and reading a setting would take most of its time.
  let isOn = tokenCountSetting();
  const look = measure(() => {
    const { loaded, model, options } = shown.state;
    // Of a conversation the model gets other tokens than its text has, and the panel counts those.
    const editor = isOn && loaded && !options.chat ? lastEditor.meant : undefined;
    counter.want(editor && model ? { ...textIn(editor, options.plain), model } : null);
  });
  look();
  return vscode.Disposable.from(
    ...[item, counter, lastEditor],
    shown.onDidChange((change) => ('loaded' in change || 'model' in change || 'options' in change) && look()),
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.window.onDidChangeVisibleTextEditors(look),
    vscode.window.onDidChangeTextEditorSelection(look),
    vscode.workspace.onDidChangeTextDocument(look),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(setting)) return;
      isOn = tokenCountSetting();
      look();
    }),
  );
}

function textIn({ document, selection }: vscode.TextEditor, plain: boolean): Omit<WantedCount, 'model'> {
  const range = selection.isEmpty ? null : selection;
  const uri = document.uri.toString();
  const place = range && [range.start.line, range.start.character, range.end.line, range.end.character];
  const key = JSON.stringify([uri, document.version, place, plain]);
  return { uri, key, isSelection: range !== null, plain, text: () => longText(document, range) };
}

/** Reads ranges of a document. Its whole text would be joined from its lines at once. */
function longText(document: vscode.TextDocument, range: vscode.Range | null): LongText {
  const first = range ? document.offsetAt(range.start) : 0;
  const last = document.offsetAt(range?.end ?? document.lineAt(document.lineCount - 1).range.end);
  const positionOf = (at: number) => document.positionAt(first + at);
  return {
    length: last - first,
    slice: (start, end) => document.getText(new vscode.Range(positionOf(start), positionOf(end))),
  };
}
