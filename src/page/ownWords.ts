import * as l10n from '@vscode/l10n';

/**
 * The panel's sentences that speak of an editor, and what this page says in their place, in its language. A test
 * compares the keys with the sentences that there are.
 */
export const ownWords = (): Readonly<Record<string, string>> => ({
  'Select text in an editor and run “Inspect Selection with Vectorscope”, or look up a token of the vocabulary.':
    l10n.t('Write a text and inspect it, or look up a token of the vocabulary.'),
  'This loads {0} first, on this machine.': l10n.t('This loads {0} first, in this browser.'),
  'Loading {0} on this machine': l10n.t('Loading {0} in this browser'),
  'The document has changed. These numbers belong to the earlier text.': l10n.t(
    'The text has changed. These numbers belong to the earlier one.',
  ),
  'not in the document': l10n.t('not in the field'),
  'Insert into the Document': l10n.t('Insert into the field'),
  'This experiment needs an inspected text. Select some text in the editor and inspect it.': l10n.t(
    'This experiment needs an inspected text. Write one and inspect it.',
  ),
  'Inspect Selection': l10n.t('Inspect the text'),
  'Open Sample Text': l10n.t('Try the sample'),
});
