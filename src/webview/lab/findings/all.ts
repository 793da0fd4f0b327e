import * as l10n from '@vscode/l10n';
import { type LabResult, experiments } from '../../../shared/lab';
import { percent, count } from '../../../shared/format';
import type { LabRun } from '../../../shared/lab';
import type { PanelState } from '../../../shared/panel';
import { inWords } from '../../parts/numbers';
import { sentence, type Words } from '../../parts/words';
import { type TokenOf, tokensOf } from '../names';
import { oneLengthFinding, oneLengthInShort, rawShared, rulersFinding, rulersInShort } from './agreement';
import { betweenFinding, betweenInShort } from './between';
import { extremesFinding, extremesInShort } from './extremes';
import { lengthFinding, lengthInShort } from './length';
import { roundTripFinding, roundTripInShort } from './roundTrip';
import { softmaxShiftFinding, softmaxShiftInShort } from './softmaxShift';
import { targetSizeFinding, targetSizeInShort } from './targetSize';
import { tiedFinding, tiedInShort } from './tied';

/** What a result says, in whole sentences. */
export function findingOf(found: LabResult, state: PanelState): Words {
  const tokenOf = tokensOf(state);
  switch (found.name) {
    case 'rulers':
      return rulersFinding(found.result, tokenOf);
    case 'one-length':
      return oneLengthFinding(found.result, rawShared(state, found.result), tokenOf);
    case 'round-trip':
      return [roundTripFinding(found.result)];
    case 'target-size':
      return [targetSizeFinding(found.result)];
    case 'softmax-shift':
      return [softmaxShiftFinding(found.result)];
    case 'length':
      return [lengthFinding(found.result)];
    case 'between':
      return betweenFinding(found.result, tokenOf);
    case 'tied':
      return tiedFinding(found.result, tokenOf);
    case 'extremes':
      return extremesFinding(found.result, tokenOf);
  }
}

/** The same in a few words, for the list. */
export function inShort(found: LabResult, tokenOf: TokenOf): Words {
  switch (found.name) {
    case 'rulers':
      return [rulersInShort(found.result)];
    case 'one-length':
      return [oneLengthInShort(found.result)];
    case 'round-trip':
      return [roundTripInShort(found.result)];
    case 'target-size':
      return [targetSizeInShort(found.result)];
    case 'softmax-shift':
      return [softmaxShiftInShort(found.result)];
    case 'length':
      return [lengthInShort(found.result)];
    case 'between':
      return betweenInShort(found.result, tokenOf);
    case 'tied':
      return [tiedInShort(found.result)];
    case 'extremes':
      return extremesInShort(found.result, tokenOf);
  }
}

/** How far a run is: what was tried where that is known, else the share. */
export function soFar({ fraction, estimate }: NonNullable<LabRun['running']>): string {
  if (estimate?.name === 'round-trip')
    return l10n.t('So far, {0} tokens tried; {1} is done.', count(estimate.result.tried), percent(100 * fraction));
  return l10n.t('So far, {0} is done.', percent(100 * fraction));
}

/** How many experiments were run, or what there is to do. */
export function labFinding({ lab }: PanelState): Words {
  const done = experiments.filter((name) => lab[name]?.done).length;
  if (done === 0) return [l10n.t('Nine claims to test on the loaded model: open one, or run it')];
  if (done === experiments.length) return [l10n.t('All nine claims were tested on the loaded model')];
  return [
    done === 1
      ? l10n.t('One of nine claims was tested on the loaded model')
      : l10n.t('{0} of nine claims were tested on the loaded model', capital(inWords(done))),
  ];
}

const capital = (word: string): string => word.charAt(0).toLocaleUpperCase() + word.slice(1);

/** A finding as one plain string, for the description of a picture. */
export const summaryOf = (found: LabResult, state: PanelState): string => sentence(findingOf(found, state));
