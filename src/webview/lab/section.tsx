import * as l10n from '@vscode/l10n';
import { experiments } from '../../shared/lab';
import { HideFragments } from '../parts/fragments';
import { withoutMatrices } from '../parts/unknown';
import type { Section, SectionProps } from '../section';
import { ExperimentRow } from './experiment';
import { labFinding } from './findings';

function Body(props: SectionProps) {
  const { labOptions: draft } = props.view;
  return (
    <ul class="lab">
      {experiments.map((name) => (
        <ExperimentRow
          key={name}
          name={name}
          draft={draft}
          set={(change) => props.act.setView({ labOptions: { ...draft, ...change } })}
          {...props}
        />
      ))}
    </ul>
  );
}

export const lab: Section = {
  id: 'lab',
  title: () => l10n.t('Lab'),
  shown: ({ model }) => model !== null,
  missing: withoutMatrices,
  finding: labFinding,
  Controls: HideFragments,
  Body,
};
