import * as l10n from '@vscode/l10n';
import type { TrunkInfo } from '../../shared/engine';
import { count, percent } from '../../shared/format';
import { experiments, type DoneLab, type Experiment, type LabResult } from '../../shared/lab';
import type { Named } from '../../shared/labColumns';
import type { PanelState } from '../../shared/panel';
import { isAdded } from '../../shared/place';
import type { Token } from '../../shared/tokens';
import { type Words, words } from '../parts/words';
import { chosenToken } from '../store';
import { type TokenOf, tokensOf } from './data';
import { pages } from './experiments';

export const findingOf = <E extends Experiment>({ name, result }: LabResult<E>, state: PanelState): Words =>
  pages[name].finding(result, tokensOf(state), state);

const inShort = <E extends Experiment>({ name, result }: LabResult<E>, tokenOf: TokenOf): Words =>
  pages[name].inShort(result, tokenOf);

/** A result, or the estimate of a stopped run, in a few words for the closed row. */
export const doneInShort = ({ result, share }: Pick<DoneLab, 'result' | 'share'>, tokenOf: TokenOf): Words =>
  share === undefined
    ? inShort(result, tokenOf)
    : words(l10n.t('stopped at {0}: {1}'), percent(100 * share), inShort(result, tokenOf));

/** Why the claim fails for this model: it soft-caps its logits, or adds a bias to them. */
export function exceptionOf(
  name: Experiment,
  outputs: Pick<TrunkInfo, 'logitCap' | 'outputBias'> | null | undefined,
): string | null {
  const { exceptionOfCap, exceptionOfBias } = pages[name];
  const exceptions = [
    outputs?.logitCap === undefined ? undefined : exceptionOfCap?.(outputs.logitCap),
    outputs?.outputBias ? exceptionOfBias?.() : undefined,
  ].filter((text) => text !== undefined);
  return exceptions.length > 0 ? exceptions.join(' ') : null;
}

/** How many experiments were run. Before the first it says what to do. */
export function labFinding({ lab }: PanelState): Words {
  const all = experiments.length;
  const done = experiments.filter((name) => lab[name]?.done && lab[name].done.share === undefined).length;
  if (done === 0) return [l10n.t('{0} questions for the loaded model. Open one, or run it', count(all))];
  return [l10n.t('Questions tested on the loaded model: {0} of {1}', count(done), count(all))];
}

/** Whether the inspected text is this one, as far as its tokens are known. */
function isShown(text: string, { source, text: shown }: PanelState): boolean {
  if (!source || !shown || source.end - source.start !== text.length) return false;
  return shown.tokens.every((token) => isAdded(token) || isPart(token, text));
}

/** A part of a character, or a token across the border of the context, has no text of its own to compare. */
const isPart = ({ start, end, text: own }: Token, text: string): boolean =>
  start < 0 || own.includes('\ufffd') || text.slice(start, end) === own;

/** Longest quote from a text, in characters. */
const quoted = 40;
export function excerpt(text: string, most = quoted): string {
  const characters = [...text];
  return (characters.length > most ? `${characters.slice(0, most).join('')}…` : text).replace(/\s+/g, ' ');
}

const tokenIn = <E extends Experiment>({ name, result }: LabResult<E>): Named | undefined =>
  pages[name].token?.of(result);

/** The text and the token of a result, if others are shown now. */
export function belongsElsewhere({ result, text }: Pick<DoneLab, 'result' | 'text'>, state: PanelState): Words {
  const ofText =
    text !== null && !isShown(text, state) ? l10n.t('This result belongs to another text: “{0}”.', excerpt(text)) : '';
  const named = tokenIn(result);
  const chosen = chosenToken(state);
  const token = named ? tokensOf(state)(named) : null;
  if (!token || !chosen || chosen.id === token.id) return ofText === '' ? [] : [ofText];
  const ofToken = words(l10n.t('This result belongs to {0}, but the chosen token is {1}.'), token, chosen);
  return ofText === '' ? ofToken : [ofText, ' ', ...ofToken];
}
