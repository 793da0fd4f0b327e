import * as l10n from '@vscode/l10n';
import { degrees, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Journey, Push } from '../../shared/layers';
import type { NamedToken } from '../../shared/tokens';
import type { Column, TableData } from '../parts/columns';
import { layerOf, residualCell, shortResidual } from '../parts/layers';
import { TokenText } from '../parts/text';
import { filled } from '../parts/words';
import { pushes } from './push';
import { logits } from './reading';

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
      { head: l10n.t('layer'), name: 'number', value: shortResidual },
      { key: 'layer', value: residualCell },
      { key: 'size of r', head: '‖r‖', value: of(journey.residualSize), print: size },
      angleColumn('r', l10n.t('r to {0}'), input, journey.angleToInput),
      angleColumn('norm(r)', l10n.t('norm(r) to {0}'), predicted, journey.angleToPredicted),
      ...(next ? [angleColumn('norm(r)', l10n.t('norm(r) to {0}'), next, journey.angleToNext)] : []),
      { key: 'size of attention', head: l10n.t('attention'), value: added(journey.attentionSize), print: size },
      { key: 'size of feed-forward', head: l10n.t('feed-forward'), value: added(journey.feedForwardSize), print: size },
      { key: 'angle between them (degrees)', head: l10n.t('angle'), value: added(journey.partsAngle), print: degrees },
      ...pushColumns(
        pushes(journey, false),
        [`push of input on ${pushed}`, 'push of attention', 'push of feed-forward'],
        [l10n.t('push of attention'), l10n.t('of feed-forward')],
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
