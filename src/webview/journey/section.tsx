import * as l10n from '@vscode/l10n';
import { minIndex } from 'd3-array';
import { useState } from 'preact/hooks';
import { layerColumn } from '../../shared/columns';
import { degrees, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { layerPartNames } from '../../shared/layerParts';
import type { Journey, Push } from '../../shared/layers';
import type { PanelState } from '../../shared/panel';
import type { NamedToken } from '../../shared/tokens';
import { pendingAt } from '../parts/awaited';
import type { Column, TableData } from '../parts/columns';
import { Fold } from '../parts/fold';
import { layerOf, residualPlace } from '../parts/layers';
import { useInSight } from '../parts/sight';
import { TokenText } from '../parts/text';
import { withoutLayers } from '../parts/unknown';
import { filled, type Words, words } from '../parts/words';
import { Behind } from '../picture/behind';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { Charts } from './charts';
import { LeadingTokens, leadersTitle } from './leaders/leaders';
import { LensPart } from './lens/lens';
import { LensBehind } from './lens/table';
import { pushes, logits, sinkTimes } from './reading';
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
  if (from === last) return words(l10n.t('The vector ends {1} from {0}'), predicted, end);
  return words(
    l10n.t('The vector ends {1} from {0}, and is never closer. It turns there {2}, from {3}'),
    predicted,
    end,
    residualPlace(from),
    degrees(angles[from]),
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

type Numbers = readonly (number | null)[] | null | undefined;

const of = (list: Numbers) => (residual: number) => list?.[residual] ?? null;

/** What the layer before a residual added. */
const added = (list: Numbers) => (residual: number) => list?.[layerOf(residual)] ?? null;

/** The pushes of the parts of each layer. The push of the input, which has no parts, stands in the first column. */
const pushColumns = (
  { input, attention, feedForward }: Push,
  [inputKey, attentionKey, feedForwardKey]: readonly [string, string, string],
  [attentionHead, feedForwardHead]: readonly [string, string],
): readonly Column<number>[] => [
  { key: inputKey, value: (residual) => (residual === 0 ? input : null) },
  { key: attentionKey, value: added(attention) },
  {
    head: attentionHead,
    value: (residual) => (residual === 0 ? input : added(attention)(residual)),
    draw: (residual) => (residual === 0 ? l10n.t('input {0}', logits(input)) : undefined),
    print: logits,
  },
  { key: feedForwardKey, head: feedForwardHead, value: added(feedForward), print: logits },
];

const angleColumn = (key: string, template: string, token: NamedToken, angles: Numbers): Column<number> => ({
  key: `angle of ${key} to ${plainToken(token)} (degrees)`,
  head: filled(template, <TokenText token={token} />),
  value: of(angles),
  print: degrees,
});

/** The charts in numbers: one row for each residual, with the vectors that its layer added. */
export function journeyTable(journey: Journey): TableData<number> {
  const { input, predicted, next, output, pair } = journey;
  const pushed = `${plainToken(output)}${pair ? ` − ${plainToken(pair.against)}` : ''}`;
  const mean = l10n.t('minus the mean');
  return {
    columns: [
      layerColumn(l10n),
      { key: 'size of r', head: '‖r‖', value: of(journey.residualSize), print: size },
      angleColumn('r', l10n.t('r to {0}'), input, journey.angleToInput),
      angleColumn('norm(r)', l10n.t('norm(r) to {0}'), predicted, journey.angleToPredicted),
      ...(next ? [angleColumn('norm(r)', l10n.t('norm(r) to {0}'), next, journey.angleToNext)] : []),
      {
        key: 'size of attention',
        head: layerPartNames('attention', journey.kinds, l10n),
        value: added(journey.attentionSize),
        print: size,
      },
      {
        key: 'size of feed-forward',
        head: layerPartNames('feedForward', journey.kinds, l10n),
        value: added(journey.feedForwardSize),
        print: size,
      },
      { key: 'angle between them (degrees)', head: l10n.t('angle'), value: added(journey.partsAngle), print: degrees },
      ...pushColumns(
        pushes(journey, false),
        [`push of input on ${pushed}`, 'push of attention', 'push of feed-forward'],
        [
          l10n.t('push of {0}', layerPartNames('attention', journey.kinds, l10n)),
          l10n.t('of {0}', layerPartNames('feedForward', journey.kinds, l10n)),
        ],
      ),
      // The mean cancels out in a difference of two logits.
      ...(pair
        ? []
        : pushColumns(
            pushes(journey, true),
            ['the same less the mean: input', 'attention', 'feed-forward'],
            [mean, mean],
          )),
    ],
    rows: [...journey.residualSize.keys()],
  };
}

function JourneyBody(props: SectionProps) {
  const { state, act } = props;
  const { journey, run, text, model, position } = state;
  const ref = useInSight<HTMLDivElement>((journey) => act.see({ journey }));
  const [lit, setLit] = useState<number | null>(null);
  if (!run || !text || !model?.trunk)
    return (
      <div ref={ref}>
        <Pending>{pendingAt(state)}</Pending>
      </div>
    );
  const { layers, parallel = false, logitCap } = model.trunk;
  const known = journey && journey.residualSize.length > 0 ? journey : null;
  const shared = { ...props, run, text, vocabularyRows: model.vocabulary, lit, onLight: setLit };
  return (
    <div ref={ref}>
      {known ? (
        <Charts journey={known} chosen={chosenId(state)} capped={logitCap !== undefined} {...shared}>
          <Behind
            name="journey"
            title={l10n.t('One position, layer by layer')}
            table={() => ({
              ...journeyTable(known),
              name: 'journey-table folding',
              row: (residual) => ({ class: residual === lit ? 'lit' : undefined }),
            })}
          />
        </Charts>
      ) : (
        <Pending>{pendingAt(state)}</Pending>
      )}
      <Fold name="lens" summary={<h3 id="lens-title">{l10n.t('Logit lens')}</h3>}>
        {() => (
          <>
            <LensPart layers={layers} isParallel={parallel} {...shared} />
            {position !== null && <LensBehind layers={layers} position={position} {...shared} />}
          </>
        )}
      </Fold>
      {position !== null && position < run.length && (
        <Fold name="leaders" summary={<h3>{leadersTitle()}</h3>}>
          {() => <LeadingTokens position={position} {...shared} />}
        </Fold>
      )}
    </div>
  );
}

export const journey: Section = {
  id: 'journey',
  title: () => l10n.t('Journey'),
  shown: ({ model, text }) => Boolean(model?.trunk ?? model?.server) && text !== null,
  missing: withoutLayers,
  finding: journeyFinding,
  Controls: ChosenPlace,
  Body: JourneyBody,
};
