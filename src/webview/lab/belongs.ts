import * as l10n from '@vscode/l10n';
import type { LabRun } from '../../shared/lab';
import type { PanelState } from '../../shared/panel';
import { isAdded } from '../../shared/place';
import type { Token } from '../../shared/tokens';
import { type Words, words } from '../parts/words';
import { chosenToken } from '../store';
import { tokensOf } from './names';

type Done = NonNullable<LabRun['done']>;

/** Whether the inspected text is this one, as far as its tokens are known. */
export function isShown(text: string, { source, text: shown }: PanelState): boolean {
  if (!source || !shown || source.characters !== text.length) return false;
  return shown.tokens.every((token) => isAdded(token) || isPart(token, text));
}

/** A token that is part of a character, or lies across the border of the context, has no text of its own there. */
const isPart = ({ start, end, text: own }: Token, text: string): boolean =>
  start < 0 || own.includes('\ufffd') || text.slice(start, end) === own;

/** At most so many characters of a text are quoted. */
const quoted = 40;
function excerpt(text: string): string {
  const characters = [...text];
  return (characters.length > quoted ? `${characters.slice(0, quoted).join('')}…` : text).replace(/\s+/g, ' ');
}

/** What the result is about where that is not what is shown now. */
export function belongsElsewhere({ result: { name, result }, text }: Done, state: PanelState): Words {
  const ofText =
    text !== null && !isShown(text, state) ? l10n.t('This result is of another text: “{0}”.', excerpt(text)) : '';
  const of = name === 'rulers' || name === 'one-length' ? result.token : name === 'between' ? result.from : null;
  const chosen = chosenToken(state);
  const token = of ? tokensOf(state)(of) : null;
  if (!token || !chosen || chosen.id === token.id) return ofText === '' ? [] : [ofText];
  const ofToken = words(l10n.t('This result is of {0}, and the chosen token is {1}.'), token, chosen);
  return ofText === '' ? ofToken : [ofText, ' ', ...ofToken];
}
