import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Alternative, ContinuationStep } from '../../shared/continuation';
import { logitDifference, type LogitDifference } from '../../shared/difference';
import { count, fixed, probability, signed } from '../../shared/format';
import type { ContinuedPath } from '../../shared/instruments';
import type { NamedToken } from '../../shared/tokens';
import { SamplerTable, samplerFinding } from '../nextToken/sampler';
import type { TableData } from '../parts/columns';
import { Fold, useFold } from '../parts/fold';
import { useInSight } from '../parts/sight';
import { barColumn, Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { tokenLabel, words } from '../parts/words';
import type { SectionProps } from '../section';
import { chosenId } from '../store';
import { isTaken, pathName } from './tree';

/** What makes an alternative's logit differ from that of the step's own token; null where it is not known. */
export function leadOver({ parts: own, hiddenSize }: ContinuationStep, { parts: other }: Alternative) {
  if (!own || !other || hiddenSize === null) return null;
  const pair = <K extends keyof typeof own>(name: K) => [other[name], own[name]] as const;
  const [logits, sizes, cosines, biases] = [pair('rawLogit'), pair('size'), pair('cosine'), pair('bias')];
  return logitDifference({ logits, hiddenSize, sizes, cosines, biases });
}

/** The alternatives of a step, each with its lead over the token that was taken and what makes that lead. */
export function alternativesTable(step: ContinuationStep): TableData<Alternative> {
  const { token, alternatives, logit } = step;
  const isListed = alternatives.some((one) => one.token.id === token.id);
  const rows = isListed ? alternatives : [...alternatives, step];
  const part = (name: keyof LogitDifference, head: string) => ({
    ...{ key: name, head, name: 'not-tiny', print: signed },
    value: (row: Alternative) => (row.token.id === token.id ? null : leadOver(step, row)?.[name]),
  });
  const isKnown = rows.every(({ parts }) => parts) && step.hiddenSize !== null;
  return {
    columns: [
      { key: 'token', head: l10n.t('token'), name: 'name', names: true, value: (row) => row.token },
      { ...barColumn<Alternative>((row) => row.probability), name: 'not-small' },
      { key: 'probability', head: l10n.t('probability'), value: (row) => row.probability, print: probability },
      { key: 'logit', head: l10n.t('logit'), value: (row) => row.logit, print: (value) => fixed(value, 2) },
      {
        ...{ key: 'lead', head: l10n.t('lead'), print: signed, cells: 'strong' },
        value: (row) => (row.token.id === token.id ? null : row.logit - logit),
      },
      ...(isKnown ? [part('angle', l10n.t('by angle')), part('size', l10n.t('by size'))] : []),
      ...(rows.some(({ parts }) => parts?.bias) ? [part('bias', l10n.t('by bias'))] : []),
    ],
    rows,
  };
}

interface OpenStepProps extends SectionProps {
  readonly path: ContinuedPath;
  readonly at: number;
  readonly step: ContinuationStep;
  readonly onBranch: (path: ContinuedPath, step: number, token: NamedToken) => void;
  /** What can be done with the path. */
  readonly actions: ComponentChildren;
}

/** One step of a path: who else could have stood there, and what the sampler would have left. */
export function OpenedStep({ path, at, step, onBranch, actions, ...props }: OpenStepProps) {
  const { state, view } = props;
  const { paths } = state.continuation;
  const chosen = chosenId(state);
  const table = alternativesTable(step);
  const before = path.steps[at - 1]?.token ?? state.text?.tokens.at(-1);
  return (
    <div class="apart" data-step={at}>
      <div class="spread centre">
        <h3>
          <Sentence
            words={words(
              l10n.t('Step {0} of {1}, after {2}'),
              ...[count(at + 1), pathName(path), before ?? l10n.t('the text')],
            )}
            chosen={chosen}
          />
        </h3>
        {actions}
      </div>
      <Table
        rows={table.rows}
        columns={[
          ...table.columns,
          {
            head: '',
            value: ({ token }) => (isTaken(paths, path, at, token.id) ? null : token.id),
            draw: ({ token }) => (isTaken(paths, path, at, token.id) ? '' : l10n.t('branch')),
            press: ({ token }) => onBranch(path, at, token),
            button: ({ token }) => ({ class: 'text-link', 'aria-label': l10n.t('branch to {0}', tokenLabel(token)) }),
          },
        ]}
        name="natural dense above alternatives"
        label={l10n.t('Alternatives at this step')}
        chooses
        chosen={chosen}
        row={({ token }) => ({ 'data-id': token.id, class: token.id === step.token.id ? 'lit' : undefined })}
      />
      {state.model?.trunk && <StepSampler {...{ ...props, path, at, step, view }} />}
    </div>
  );
}

function StepSampler({ path, at, step, ...props }: Omit<OpenStepProps, 'onBranch' | 'actions'>) {
  const { state, view, act } = props;
  const [isOpen] = useFold('step-sampler');
  // A token that the user chose was drawn by none.
  const drewIt = at === path.branched ? null : path.sampler;
  const sampler = drewIt ?? view.sampler;
  const look = (isInSight: boolean): void => {
    const after = path.steps.slice(0, at).map(({ token }) => token.id);
    const asked = { sampler: { ...sampler, order: [...sampler.order] }, after, chosen: step.token.id };
    act.see({ step: isInSight && isOpen ? asked : null });
  };
  const ref = useInSight<HTMLDivElement>(look);
  useEffect(() => look(true), [path, at, sampler, isOpen]);
  const sampling = state.stepSampling;
  return (
    <div ref={ref}>
      <Fold name="step-sampler" summary={<h3>{l10n.t('The sampler at step {0}', count(at + 1))}</h3>}>
        {() => (
          <>
            {sampling && (
              <p class="note" data-fact="step-sampler">
                <Sentence
                  words={samplerFinding(sampling, step.token, step.alternatives[0]?.token)}
                  chosen={chosenId(state)}
                />
              </p>
            )}
            <SamplerTable {...props} sampling={sampling} token={step.token} drewIt={drewIt} />
          </>
        )}
      </Fold>
    </div>
  );
}
