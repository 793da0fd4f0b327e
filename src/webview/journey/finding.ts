import * as l10n from '@vscode/l10n';
import { minIndex } from 'd3-array';
import { degrees, plural } from '../../shared/format';
import type { Journey } from '../../shared/layers';
import type { PanelState } from '../../shared/panel';
import { residualPlace } from '../parts/layers';
import { inWords } from '../parts/numbers';
import { type Words, words } from '../parts/words';
import { sinkTimes } from './reading';
import { ownSink } from './sizes';

/** The layer from which on every layer turns the vector towards the prediction. */
function turnsFrom(angles: readonly number[]): number {
  let from = angles.length - 1;
  while (from > 0 && (angles[from - 1] ?? NaN) > (angles[from] ?? NaN)) from--;
  return from;
}

/** How near the vector ends to the prediction, and which layers turned it there or where it was nearer. */
function byAngles({ predicted, angleToPredicted: angles }: Journey): Words {
  const last = angles.length - 1;
  const end = degrees(angles[last]);
  if (last < 1) return words(l10n.t('The vector ends {1} from {0}'), predicted, end);
  const closest = minIndex(angles);
  const least = degrees(angles[closest]);
  if (least !== end)
    return words(
      l10n.t('The vector ends {1} from {0}. It is closest {2}, at {3}'),
      predicted,
      end,
      residualPlace(closest),
      least,
    );
  const from = turnsFrom(angles);
  const start = degrees(angles[from]);
  const many = last - from;
  if (many === 0) return words(l10n.t('The vector ends {1} from {0}, and is never closer'), predicted, end);
  return words(
    plural(many, {
      1: l10n.t('The vector ends {1} from {0}, and is never closer. The last layer turns it there, from {2}'),
      other: l10n.t('The vector ends {1} from {0}, and is never closer. The last {3} layers turn it there, from {2}'),
    }),
    predicted,
    end,
    start,
    inWords(many),
  );
}

function nextToken({ predicted, next, angleToNext }: Journey): Words | null {
  if (!next || !angleToNext) return null;
  return words(
    next.id === predicted.id
      ? l10n.t('The text really continues with {0}')
      : l10n.t('The text really continues with {0}, and the vector ends {1} from it'),
    next,
    degrees(angleToNext.at(-1)),
  );
}

function attentionSink(journey: Journey): Words | null {
  const sink = ownSink(journey);
  return (
    sink && [
      l10n.t(
        'This position is an attention sink: {1} its vector is {0} times as large as the median of the others',
        sinkTimes(sink),
        residualPlace(sink.layer),
      ),
    ]
  );
}

const compared = ({ output, pair }: Journey): Words | null =>
  pair && words(l10n.t('Pushes show what separates two tokens: {0} over {1}'), output, pair.against);

/** It uses the angles alone, so that it stays the same once the lens is computed. */
export function journeyFinding(state: Pick<PanelState, 'journey'>): Words {
  const { journey } = state;
  if (!journey) return [];
  return [byAngles(journey), nextToken(journey), attentionSink(journey), compared(journey)]
    .filter((part) => part !== null)
    .reduce((before, part) => words(l10n.t('{0}. {1}'), before, part));
}
