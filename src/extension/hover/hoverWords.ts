import * as vscode from 'vscode';
import { capitalised, valued } from '../../shared/format';
import { glyphWordsIn } from '../../shared/glyphs';
import { byMetric, metricFacts, metrics } from '../../shared/metrics';
import { spacesIn } from '../../shared/sides';

export type HoverWords = ReturnType<typeof hoverWords>;

/**
 * The hover's sentences, in the language of the editor. The functions take and return Markdown. All other words are
 * plain text.
 */
export const hoverWords = () => ({
  facts: (id: string, bytes: string) =>
    vscode.l10n.t('{0}, {1}', valued(vscode.l10n.t('id'), id), valued(vscode.l10n.t('bytes'), bytes)),
  id: (id: string) => valued(vscode.l10n.t('id'), id),
  glyphs: glyphWordsIn(vscode.l10n),
  special: vscode.l10n.t('special token'),
  size: (size: string, scale: string, smaller: string) =>
    vscode.l10n.t('Size {0} {1} {2} are smaller', size, scale, smaller),
  /** The size of a token whose model has made all of them about equally large. */
  alike: (size: string) => vscode.l10n.t('Size {0}, almost the same for all tokens', size),
  expectedHere: (tokens: string) => vscode.l10n.t('Expected here: {0}', tokens),
  /** Of a document that is inspected as a whole. */
  expectedInstead: (tokens: string) => vscode.l10n.t('Expected instead: {0}', tokens),
  entropy: (bits: string) => vscode.l10n.t('Entropy after it {0} bits', bits),
  expectedAfter: (token: string, tokens: string) => vscode.l10n.t('Expected after {0}: {1}', token, tokens),
  /** The next token in a second model of this name, and KL between the two predictions. */
  compared: (name: string, token: string, divergence: string) =>
    vscode.l10n.t('After it {0} expects {1}, KL {2} bits', name, token, divergence),
  surprisal: (bits: string) => capitalised(valued(vscode.l10n.t('surprisal'), vscode.l10n.t('{0} bits', bits))),
  cut: (character: string, count: string) => vscode.l10n.t('{0} is cut into {1} tokens', character, count),
  columns: {
    token: vscode.l10n.t('token'),
    id: vscode.l10n.t('id'),
    size: vscode.l10n.t('size'),
    smaller: vscode.l10n.t('tokens smaller'),
    surprisal: vscode.l10n.t('surprisal, bits'),
  },
  centred: vscode.l10n.t('Centred: the mean vector is subtracted'),
  spaces: spacesIn(vscode.l10n),
  metrics: byMetric((metric) => {
    const { by } = metricFacts[metric].words(vscode.l10n);
    return metric === metrics[0] ? vscode.l10n.t('nearest {0}', by) : by;
  }),
  /** Above one list that stands for those of all metrics. */
  nearestByAll: vscode.l10n.t('nearest by all metrics'),
  lateInRun: vscode.l10n.t('Neighbours appear after the run.'),
  late: vscode.l10n.t('Neighbours were not ready in time. Hover again to see them.'),
  notLoaded: vscode.l10n.t('Vectorscope’s model is not loaded.'),
  load: vscode.l10n.t('Load the model'),
  inspect: vscode.l10n.t('Inspect'),
  showInPanel: vscode.l10n.t('Show in panel'),
  copy: vscode.l10n.t('Copy'),
});
