import type { Translator } from '../translator';
import type { Chat, ChatFinding } from './rendered';

/** Characters. */
const mostQuoted = 200;

function quoted(text: string): string {
  const characters = [...text.trim()];
  return characters.length > mostQuoted ? `${characters.slice(0, mostQuoted).join('')}…` : characters.join('');
}

/** What a person should know of a rendered conversation, as a sentence. `nameOf` makes a token's text visible. */
export function findingWords(
  finding: ChatFinding,
  { text, messages }: { readonly text: string; readonly messages: readonly { readonly role: string }[] },
  l10n: Translator,
  nameOf: (text: string) => string = (text) => text,
): string {
  if (finding.kind === 'doubled')
    return l10n.t(
      'The template writes {0}, and the tokenizer adds it too. Here the model gets it once; if the text were cut into tokens like any other, it would get it twice.',
      nameOf(finding.token.text),
    );
  if (finding.kind === 'added')
    return l10n.t('The template writes before message 1: {0}', nameOf(quoted(text.slice(finding.start, finding.end))));
  const number = finding.message + 1;
  const role = nameOf(messages[finding.message]?.role ?? '');
  switch (finding.kind) {
    case 'unread':
      return l10n.t(
        'The text begins like JSON, but it is broken or has no list of messages with a role and a content, so it was read as one message.',
      );
    case 'control':
      return l10n.t(
        'Message {0} ({1}) spells {2} (first: token {3}, times: {4}). The model gets that control token, not the text.',
        number,
        role,
        nameOf(finding.token.text),
        finding.token.index + 1,
        finding.times,
      );
    case 'trimmed':
      return l10n.t('The template removes white space at the ends of message {0} ({1}).', number, role);
    case 'dropped':
      return l10n.t('The template leaves out message {0} ({1}).', number, role);
    case 'changed':
      return l10n.t('The template changes message {0} ({1}), so the place of its tokens is not known.', number, role);
  }
}

/** Null if all findings are listed. */
export const moreWords = ({ moreFindings }: Pick<Chat, 'moreFindings'>, l10n: Translator): string | null =>
  moreFindings === 0 ? null : l10n.t('Findings that are not listed: {0}.', moreFindings);

/** Null if all of the text was read. */
export const othersWords = ({ others }: Pick<Chat, 'others'>, l10n: Translator): string | null =>
  others === 0 ? null : l10n.t('Only the first conversation is shown. Others in the text: {0}.', others);
