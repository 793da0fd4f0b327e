import type { NamedToken } from '../../shared/tokens';
import type { Subject } from './subject';

type Continued = Pick<Subject, 'text' | 'appended'>;

/** The part of an inspected text that stands in its document. */
export const documentText = ({ text, appended }: Continued): string => text.slice(0, appended?.from);

export const appendedText = ({ text, appended }: Continued): string => (appended ? text.slice(appended.from) : '');

/** A text with these tokens after it, in place of those that it has now. */
export function continued({ appended, ...subject }: Subject, tokens: readonly NamedToken[]): Subject {
  const own = documentText({ text: subject.text, ...(appended && { appended }) });
  const text = own + tokens.map((token) => token.text).join('');
  return { ...subject, text, ...(tokens.length > 0 && { appended: { tokens, from: own.length } }) };
}
