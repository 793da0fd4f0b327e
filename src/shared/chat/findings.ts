import type { Translator } from '../translator';
import type { Chat, ChatFinding } from './rendered';

/** What a person should know of a rendered conversation, as a sentence. `nameOf`: a token as it is shown. */
export function findingWords(
  finding: ChatFinding,
  { messages }: Pick<Chat, 'messages'>,
  l10n: Translator,
  nameOf: (text: string) => string = (text) => text,
): string {
  if (finding.kind === 'doubled')
    return l10n.t(
      'The model gets {0} twice: the tokenizer adds it, and the template writes it too.',
      nameOf(finding.token.text),
    );
  const message = l10n.t('message {0} ({1})', finding.message + 1, messages[finding.message]?.role ?? '');
  switch (finding.kind) {
    case 'control':
      return l10n.t(
        'The content of {0} spells {1}. The model gets that control token, not the text (token {2}).',
        message,
        nameOf(finding.token.text),
        finding.token.index + 1,
      );
    case 'trimmed':
      return l10n.t('The template removes white space at the ends of {0}.', message);
    case 'dropped':
      return l10n.t('The template leaves out {0}.', message);
    case 'changed':
      return l10n.t('The template changes the content of {0}, so the place of its tokens is not known.', message);
  }
}

/** Null if all of the text was read. */
export const othersWords = ({ others }: Pick<Chat, 'others'>, l10n: Translator): string | null =>
  others === 0
    ? null
    : others === 1
      ? l10n.t('Only the first conversation is shown. The text has one more.')
      : l10n.t('Only the first conversation is shown. The text has {0} more.', others);
