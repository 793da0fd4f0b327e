import { plural } from '../format';
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
      if (finding.times > 1)
        return l10n.t(
          'Message {0} ({1}) spells {2} {3} times. The model gets that control token, not the text (first: token {4}).',
          number,
          role,
          nameOf(finding.token.text),
          finding.times,
          finding.token.index + 1,
        );
      return l10n.t(
        'Message {0} ({1}) spells {2}. The model gets that control token, not the text (token {3}).',
        number,
        role,
        nameOf(finding.token.text),
        finding.token.index + 1,
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
export function moreWords({ moreFindings }: Pick<Chat, 'moreFindings'>, l10n: Translator): string | null {
  if (moreFindings === 0) return null;
  return plural(moreFindings, {
    1: l10n.t('One more finding is not listed.'),
    other: l10n.t('{0} more findings are not listed.', moreFindings),
  });
}

/** Null if all of the text was read. */
export function othersWords({ others }: Pick<Chat, 'others'>, l10n: Translator): string | null {
  if (others === 0) return null;
  return plural(others, {
    1: l10n.t('Only the first conversation is shown. The text has one more.'),
    other: l10n.t('Only the first conversation is shown. The text has {0} more.', others),
  });
}
