/**
 * The panel's sentences that speak of an editor, and what this page says in their place. A test compares the keys with
 * the sentences that there are.
 */
export const words: Readonly<Record<string, string>> = {
  'Select text in an editor and run “Inspect Selection with Vectorscope”, or look up a token of the vocabulary.':
    'Write a text and inspect it, or look up a token of the vocabulary.',
  'Select text in an editor and run “Inspect Selection with Vectorscope”, or look up a token of the vocabulary. This loads the model first, on this machine.':
    'Write a text and inspect it, or look up a token of the vocabulary. This loads the model first, in this browser.',
  'Select text in an editor and run “Inspect Selection with Vectorscope”, or look up a token of the vocabulary. This loads {0} first, on this machine.':
    'Write a text and inspect it, or look up a token of the vocabulary. This loads {0} first, in this browser.',
  'The run was stopped. Loading {0} on this machine': 'The run was stopped. Loading {0} in this browser',
  'Loading {0} on this machine': 'Loading {0} in this browser',
  'Loading the model on this machine': 'Loading the model in this browser',
  'Loading the model ({0}) on this machine': 'Loading the model ({0}) in this browser',
  'The document has changed. These numbers belong to the earlier text.':
    'The text has changed. These numbers belong to the earlier one.',
  'After the document’s text: {0}. Backspace takes the last one off.':
    'After the text of the field: {0}. Backspace takes the last one off.',
  'not in the document': 'not in the field',
  'Insert into the Document': 'Insert into the field',
  'This experiment needs an inspected text. Select some text in the editor and inspect it.':
    'This experiment needs an inspected text. Write one and inspect it.',
  'Inspect Selection': 'Inspect the text',
  'Open Sample Text': 'Try the sample',
  '{0} could not be used, so WASM is used. The log says why.': '{0} could not be used, so WASM is used.',
};
