import * as l10n from '@vscode/l10n';
import { greatest } from 'd3-array';
import { cutTo } from '../../shared/codePoints';
import { bits, probability } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { Sentence } from './text';
import { type Words, visibleText, words } from './words';

/** Characters of a part that a row or a sentence shows. */
const shownOfPart = 80;
/** A smaller change is none. Bits. */
const worthSaying = 0.005;

/** A part of the text on one line. */
export const partText = ({ text } = { text: '' }): string =>
  visibleText(cutTo(shownOfPart, text.trim().replace(/\s+/g, ' ') || text));

/** The part that carries the answer most, and the one that hinders it most. */
export function mattersFinding({ matters: { known, asked }, text }: PanelState): Words {
  if (!known) return [];
  const most = (sign: 1 | -1, said: string): Words => {
    const { part, change } = greatest(known.parts, (one) => sign * one.change) ?? { part: -1, change: 0 };
    const own = asked?.parts[part];
    const token = asked?.by === 'token' ? text?.tokens[own?.positions[0] ?? -1] : undefined;
    return sign * change > worthSaying
      ? words(`. ${said}`, token ?? l10n.t('“{0}”', partText(own)), bits(sign * change))
      : [];
  };
  return [
    ...words(l10n.t('{0}: {1} bits'), known.answer, bits(known.bits)),
    ...most(1, l10n.t('{0} carries it most: {1} more without it')),
    ...most(-1, l10n.t('{0} hinders it most: {1} fewer')),
  ];
}

/** A text that ends inside a word, or in a space: what the model gives the whole token, and what stands there. */
export function Edge({ state: { run, text } }: { readonly state: PanelState }) {
  const { from, whole, probability: ofWhole, typed } = run?.edge ?? { from: 0 };
  const before = text?.tokens[from - 1];
  if (!whole || !before) return null;
  const tail = text.tokens.slice(from);
  const said = tail.every((token) => token.text.trim() === '')
    ? l10n.t('The text ends in a space. After {0} the model gives {1} a probability of {2}, and {3} {4}.')
    : l10n.t('The text ends inside {1}. After {0} the model gives it a probability of {2}, and {3} {4}.');
  return (
    <p class="said readable above" data-fact="edge">
      <Sentence words={words(said, before, whole, probability(ofWhole), tail, probability(typed))} />
    </p>
  );
}
