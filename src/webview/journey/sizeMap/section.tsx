import * as l10n from '@vscode/l10n';
import { extent } from 'd3-array';
import { roundedSize } from '../../../shared/format';
import type { PanelState } from '../../../shared/panel';
import { pending } from '../../parts/awaited';
import { Pending, type Section, type SectionProps } from '../../section';
import { SizeMap } from './sizeMap';

function Body(props: SectionProps) {
  const { run, text } = props.state;
  if (run && text) return <SizeMap {...props} run={run} text={text} />;
  return <Pending>{pending(props.state)}</Pending>;
}

function finding({ run }: Pick<PanelState, 'run'>): readonly string[] {
  const [least, most] = extent(run?.layers.residualSize.flatMap((row) => [...row]) ?? []);
  return least === undefined
    ? []
    : [l10n.t('The residuals of this text have sizes from {0} to {1}', roundedSize(least), roundedSize(most))];
}

export const sizeMap: Section = {
  id: 'size-map',
  title: () => l10n.t('Size map'),
  isFolded: true,
  shown: ({ model, text }) => Boolean(model?.trunk) && text !== null,
  finding,
  Body,
};
