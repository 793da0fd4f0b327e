import * as l10n from '@vscode/l10n';
import { haveSameResiduals, type TwoResiduals, ResidualCharts } from '../journey/twoResiduals';
import { pending } from '../parts/awaited';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenPlaces, layersFinding } from './finding';

function TextsLayersBody({ state, act }: SectionProps) {
  const { texts } = state;
  const places = chosenPlaces(state);
  if (!texts?.result || !places) return <Pending>{pending(state)}</Pending>;
  const { angles, sizes, hiddenAngle } = texts.result;
  const { pair } = places;
  if (pair === null)
    return <Pending>{l10n.t('The position chosen in A does not match the one in B. Choose a pair above.')}</Pending>;
  const of = (row: Float64Array): number => row[pair] ?? NaN;
  const residuals: TwoResiduals = {
    position: places.at[0],
    hiddenAngle: hiddenAngle[pair] ?? null,
    residualAngle: Float64Array.from(angles, of),
    residualSize: [Float64Array.from(sizes, ([a]) => of(a)), Float64Array.from(sizes, ([, b]) => of(b))],
  };
  if (haveSameResiduals(residuals))
    return <Pending>{l10n.t('The residuals are the same here: the two texts do not differ yet.')}</Pending>;
  return (
    <ResidualCharts
      residuals={residuals}
      name="texts-layers"
      title={l10n.t('Two texts, layer by layer')}
      of="texts"
      act={act}
    />
  );
}

export const textsLayers: Section = {
  id: 'texts-layers',
  title: () => l10n.t('By layer'),
  isFolded: true,
  shown: ({ texts }) => Boolean(texts?.result),
  finding: layersFinding,
  Body: TextsLayersBody,
};
