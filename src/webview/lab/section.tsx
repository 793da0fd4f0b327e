import * as l10n from '@vscode/l10n';
import { experiments } from '../../shared/lab';
import { HideFragments } from '../parts/fragments';
import { useRemembered } from '../parts/remembered';
import { withoutMatrices } from '../parts/unknown';
import type { Section, SectionProps } from '../section';
import { ExperimentRow } from './experiment';
import { labFinding } from './findings';
import { type Draft, firstDraft } from './options';

function Body(props: SectionProps) {
  const [draft, setDraft] = useRemembered<Draft>('lab', firstDraft);
  return (
    <ul class="lab">
      {experiments.map((name) => (
        <ExperimentRow
          key={name}
          name={name}
          draft={draft}
          set={(change) => setDraft({ ...draft, ...change })}
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
