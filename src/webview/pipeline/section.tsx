import * as l10n from '@vscode/l10n';
import { Link } from '../controls';
import { headingId, type Section, type SectionProps } from '../section';
import { pipelineFinding, strip } from './finding';

function Body({ state, act, shown }: SectionProps) {
  const { stages, leaves } = strip(state) ?? { stages: [], leaves: '' };
  return (
    <ol class="pipeline" aria-label={l10n.t('The stages of the model, with the shape of the data that enters each')}>
      {stages.map(({ enters, name, note, section, weight }, index) => (
        <li class="stage" style={{ flexGrow: weight }}>
          <span class="shape">{enters}</span>
          <span class="stage-box" style={{ minWidth: `${weight * 11}px` }}>
            <span class="stage-name">
              {section !== undefined && shown.includes(section) ? (
                <Link to={headingId(section)} onFollow={() => act.goTo(section)}>
                  {name}
                </Link>
              ) : (
                name
              )}
            </span>
            <span class="arrow" aria-hidden="true" />
            <span class="stage-note">{note}</span>
          </span>
          <span class="shape leaves">{index === stages.length - 1 ? leaves : (stages[index + 1]?.enters ?? '')}</span>
        </li>
      ))}
    </ol>
  );
}

export const pipeline: Section = {
  id: 'pipeline',
  title: () => l10n.t('Pipeline'),
  isFolded: true,
  shown: (state) => strip(state) !== null,
  finding: pipelineFinding,
  Body,
};
