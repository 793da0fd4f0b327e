import * as vscode from 'vscode';
import type { MarkdownWords } from './markdown';

/** What a copied table says, in the language of the editor. */
export const markdownWords = (): MarkdownWords => ({
  tokens: (model) => vscode.l10n.t('Tokens by {0}', model),
  neighbours: (token, id, model) => vscode.l10n.t('Neighbours of {0} (id {1}), raw, by {2}', token, id, model),
  centredNeighbours: (token, id, model) =>
    vscode.l10n.t('Neighbours of {0} (id {1}), centred, by {2}', token, id, model),
  spaces: {
    input: vscode.l10n.t('Its input vector with input vectors'),
    output: vscode.l10n.t('Its output row with output rows'),
    cross: vscode.l10n.t('Its input vector with output rows'),
  },
  predictions: (token, position, entropy, model) =>
    vscode.l10n.t('After {0} (position {1}), entropy {2} bits, by {3}', token, position, entropy, model),
  contextPredictions: (token, before, entropy, model) =>
    vscode.l10n.t('After {0} ({1} before the text), entropy {2} bits, by {3}', token, before, entropy, model),
  addedPredictions: (token, entropy, model) =>
    vscode.l10n.t('After {0}, which the model adds before the text, entropy {1} bits, by {2}', token, entropy, model),
  columns: {
    index: vscode.l10n.t('index'),
    token: vscode.l10n.t('token'),
    id: vscode.l10n.t('id'),
    bytes: vscode.l10n.t('bytes'),
    start: vscode.l10n.t('start'),
    end: vscode.l10n.t('end'),
    size: vscode.l10n.t('size'),
    smaller: vscode.l10n.t('smaller'),
    surprisal: vscode.l10n.t('surprisal (bits)'),
    entropy: vscode.l10n.t('entropy after it (bits)'),
    byDistance: vscode.l10n.t('by distance'),
    byCosine: vscode.l10n.t('by cosine'),
    byDotProduct: vscode.l10n.t('by dot product'),
    probability: vscode.l10n.t('probability'),
    bias: vscode.l10n.t('bias'),
    logit: vscode.l10n.t('logit'),
    capped: vscode.l10n.t('capped'),
    angle: vscode.l10n.t('angle'),
    rankByDistance: vscode.l10n.t('# by distance'),
    rankByCosine: vscode.l10n.t('# by cosine'),
  },
});
