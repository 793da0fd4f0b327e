import * as l10n from '@vscode/l10n';
import { greatest, least } from 'd3-array';
import { colouringOf, isLeastAt, passingOf, type Quantity, valueAt } from '../../shared/colouring';
import { count, fixed, scientific, size, toldApart } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { limitIndex, ownTokens, ownTotal, placeInText } from '../../shared/place';
import { areAlike, sizeDecimals } from '../../shared/sides';
import type { Token } from '../../shared/tokens';
import { mattersFinding } from '../parts/mattered';
import { tokenCount } from '../parts/numbers';
import { type Words, words } from '../parts/words';

interface Measured {
  readonly token: Token;
  /** The token, and `at position 3` where the text has it more than once. */
  readonly named: Words;
  readonly value: number;
  /** With `≥` if it is only a bound. */
  readonly printed: string;
}

function surprisal(most: Measured, fewest: Measured): Words {
  return words(
    l10n.t('{0} surprised the model most ({1} bits), {2} least ({3} bits)'),
    most.named,
    most.printed,
    fewest.named,
    fewest.printed,
  );
}

function entropy(most: Measured, fewest: Measured): Words {
  return words(
    l10n.t('The next token was most uncertain after {0} ({1} bits) and least uncertain after {2} ({3})'),
    most.named,
    most.printed,
    fewest.named,
    fewest.printed,
  );
}

function lengths(most: Measured, fewest: Measured): Words {
  if (most.token.id === fewest.token.id) return words(l10n.t('{0} has size {1}'), most.token, size(most.value));
  if (areAlike(fewest.value, most.value))
    return words(
      l10n.t('All tokens of the text are almost equally large: {0} to {1}'),
      ...toldApart([fewest.value, most.value], sizeDecimals(fewest.value, most.value)),
    );
  return words(
    l10n.t('{0} has the largest size ({1}), {2} the smallest ({3})'),
    most.token,
    size(most.value),
    fewest.token,
    size(fewest.value),
  );
}

function difference(most: Measured, fewest: Measured): Words {
  if (most.value === 0) return [l10n.t('All predictions of this text are equal')];
  return words(
    l10n.t('The two models differ most after {0} ({1} bits) and least after {2} ({3})'),
    most.named,
    most.printed,
    fewest.named,
    fewest.printed,
  );
}

const sentences: Readonly<Record<Exclude<Quantity, 'attention' | 'neuron' | 'matters'>, typeof lengths>> = {
  surprisal,
  entropy,
  difference,
  size: lengths,
};

/** Both ends with decimals that tell them apart. */
const numbersOf = (quantity: Quantity, most: number, fewest: number): readonly string[] =>
  quantity === 'difference' && most < 0.001
    ? [most, fewest].map(scientific)
    : toldApart([most, fewest], quantity === 'difference' ? 3 : 2);

/** The extremes of what the chips are coloured by, in the text itself. */
export function tokensFinding(state: PanelState): Words {
  const { text, run } = state;
  const colouring = colouringOf(state);
  if (!text) return [];
  const total = tokenCount(ownTotal(text));
  if (colouring === 'none') return [total];
  if (colouring === 'matters') return mattersFinding(state);
  const own = ownTokens(text);
  const passing = passingOf(state);
  const measured = own.flatMap((token) => {
    const value = valueAt(colouring, token, run, passing);
    return value === null ? [] : [{ token, value }];
  });
  const named = (token: Token): Words => {
    const place = placeInText(text, token.index);
    return 'position' in place && own.some(({ id, index }) => id === token.id && index !== token.index)
      ? words(l10n.t('{0} at position {1}'), token, String(place.position))
      : [token];
  };
  const most =
    colouring === 'neuron'
      ? greatest(measured, ({ value }) => Math.abs(value))
      : greatest(measured, (a, b) => a.value - b.value);
  const fewest = least(measured, (a, b) => a.value - b.value);
  if (!most || !fewest) return [total];
  if (colouring === 'attention')
    return words(l10n.t('The open head looks most at {0} ({1})'), named(most.token), fixed(most.value, 2));
  if (colouring === 'neuron')
    return words(l10n.t('The open neuron fires most at {0} ({1})'), named(most.token), fixed(most.value, 2));
  const covered = colouring === 'size' ? own.length : Math.min(own.length, limitIndex(text) - (own[0]?.index ?? 0));
  const numbers = numbersOf(colouring, most.value, fewest.value);
  const measuredAs = (one: (typeof measured)[number], number = ''): Measured => ({
    ...one,
    named: named(one.token),
    printed: (isLeastAt(colouring, one.token.index, run) ? '≥ ' : '') + number,
  });
  const ends = [measuredAs(most, numbers[0]), measuredAs(fewest, numbers[1])] as const;
  const isOne = colouring !== 'size' && most.value !== 0 && most.token.index === fewest.token.index;
  const said = isOne ? words(l10n.t('{0}: {1} bits'), ends[0].named, ends[0].printed) : sentences[colouring](...ends);
  return covered === ownTotal(text) ? said : words(l10n.t('Of the first tokens ({0}): {1}'), count(covered), said);
}
