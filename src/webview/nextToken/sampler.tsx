import * as l10n from '@vscode/l10n';
import { useEffect } from 'preact/hooks';
import {
  samplerOff,
  type Sampler,
  type SamplerStage,
  type SamplerStep,
  type Sampling,
} from '../../shared/continuation';
import { samplerStepName } from '../../shared/continuationTables';
import type { Prediction } from '../../shared/engine';
import { fixed, plain, probability, sizeOfH, valued } from '../../shared/format';
import type { NumberRange } from '../../shared/lab';
import type { NamedToken } from '../../shared/tokens';
import { NumberField } from '../lab/options';
import type { Column } from '../parts/columns';
import { Fold, setFold, useFold } from '../parts/fold';
import { tokenCount } from '../parts/numbers';
import { useInSight } from '../parts/sight';
import { Table } from '../parts/table';
import { Sentence, TokenText, TextLink } from '../parts/text';
import { words, type Words } from '../parts/words';
import type { SectionProps } from '../section';
import { chosenId } from '../store';

const share: NumberRange = { least: 0, most: 1, isFraction: true };
const ranges: Readonly<Record<SamplerStep, NumberRange>> = {
  repeatPenalty: { least: 0.01, most: 100, isFraction: true },
  topK: { least: 0, most: 1e6 },
  ...{ typical: share, topP: share, minP: share },
  temperature: { least: 0, most: 100, isFraction: true },
};

/** A token is unlikely below this probability of the model's own. */
const unlikely = 0.02;

/** A step that changes which token leads, or that leaves an unlikely token; else how many can be drawn. */
export function samplerFinding({ stages, count: left, tokens }: Sampling, token: NamedToken, first = token): Words {
  const changed = stages.find((stage) => stage.first !== first.id);
  const leader = tokens.find((one) => one.token.id === changed?.first)?.token;
  if (changed && leader) return words(l10n.t('After {0}, {1} leads instead of {2}.'), nameOf(changed), leader, first);
  const low = tokens.find(({ own }) => own < unlikely);
  const last = stages.findLast(({ step, mass }, at) => step !== 'temperature' && mass < (stages[at - 1]?.mass ?? 1));
  if (low)
    return words(
      l10n.t('{0} can be drawn. {1} leaves {2}, which the model gives {3}: it is drawn with {4}.'),
      ...[tokenCount(left), last ? nameOf(last) : l10n.t('The sampler'), low.token],
      ...[probability(low.own), probability(low.probability)],
    );
  const drawn = tokens.find((one) => one.token.id === token.id);
  return words(
    l10n.t('{0} can be drawn, {1} with {2}.'),
    tokenCount(left),
    token,
    drawn ? l10n.t('{0} instead of {1}', probability(drawn.probability), probability(drawn.own)) : fixed(0, 0),
  );
}

const nameOf = ({ step }: Pick<SamplerStage, 'step'>): string => samplerStepName(step, l10n);

interface SamplerProps extends Pick<SectionProps, 'view' | 'act'> {
  readonly sampling: Sampling | null;
  /** The token that the steps speak of. */
  readonly token: NamedToken;
  /** The one that drew the token, which cannot be set any more; absent for the one that is set. */
  readonly drewIt?: Sampler | null;
}

/** The steps in their order, each with its value and what it left. */
export function SamplerTable({ view, act, sampling, token, drewIt }: SamplerProps) {
  const sampler = drewIt ?? view.sampler;
  const { order } = sampler;
  const isOff = (step: SamplerStep): boolean => sampler[step] === samplerOff[step];
  const move = (by: -1 | 1, label: (name: string) => string): Column<SamplerStep> => ({
    head: '',
    value: (step) => (order[order.indexOf(step) + by] === undefined ? null : step),
    draw: (step) => (order[order.indexOf(step) + by] === undefined ? '' : by < 0 ? '↑' : '↓'),
    press(step) {
      const at = order.indexOf(step);
      act.setView({ sampler: { ...sampler, order: order.toSpliced(at, 1).toSpliced(at + by, 0, step) } });
    },
    button: (step) => ({ class: 'text-link', 'aria-label': label(nameOf({ step })) }),
  });
  const stage = (step: SamplerStep) => sampling?.stages.find((one) => one.step === step);
  return (
    <Table
      rows={order}
      columns={[
        {
          ...{ head: l10n.t('step'), names: true },
          draw: (step) =>
            drewIt ? (
              valued(nameOf({ step }), plain(sampler[step]))
            ) : (
              <NumberField
                label={nameOf({ step })}
                value={sampler[step]}
                range={ranges[step]}
                onChange={(value) => act.setView({ sampler: { ...view.sampler, [step]: value } })}
              />
            ),
        },
        ...(drewIt
          ? []
          : [move(-1, (name) => l10n.t('Move {0} up', name)), move(1, (name) => l10n.t('Move {0} down', name))]),
        {
          ...{ head: l10n.t('tokens left'), name: 'number' },
          value: (step) => (isOff(step) ? { key: 'off', label: l10n.t('off') } : stage(step)?.survivors),
        },
        {
          ...{ head: l10n.t('mass kept'), name: 'number not-tiny', print: (mass: number) => fixed(mass, 3) },
          value: (step) => (isOff(step) ? undefined : stage(step)?.mass),
        },
        {
          ...{ head: <TokenText token={token} named={false} />, name: 'number', print: probability },
          value: (step) => stage(step)?.chosen,
        },
      ]}
      name="natural dense above sampler-table"
      label={l10n.t('The sampler, step by step')}
      row={(step) => ({ 'data-step': step, class: isOff(step) ? 'quiet' : undefined })}
    />
  );
}

/** A temperature is a size of h, unless the logits are more than its products. */
function Temperature({ prediction, temperature, onSize }: SamplerFoldProps & { readonly temperature: number }) {
  const { hiddenSize, top } = prediction;
  if (temperature === 1) return null;
  const isMore = top.some(({ logit, rawLogit, bias }) => logit !== rawLogit || bias !== 0);
  return (
    <p class="note" data-fact="temperature">
      {temperature === 0
        ? l10n.t('Temperature 0 is greedy: the largest logit alone stays.')
        : isMore
          ? l10n.t('This model caps its logits or adds a bias to them, so the temperature is not the size of h alone.')
          : l10n.t(
              'Temperature {0} is the size of h and nothing else: {1} becomes {2}.',
              plain(temperature),
              sizeOfH(hiddenSize),
              sizeOfH(hiddenSize / temperature),
            )}{' '}
      {temperature !== 0 && !isMore && onSize && (
        <TextLink onClick={() => onSize(hiddenSize / temperature)}>{l10n.t('Show h at this size')}</TextLink>
      )}
    </p>
  );
}

interface SamplerFoldProps {
  readonly prediction: Prediction;
  /** Draws h at another size; absent where that is not drawn. */
  readonly onSize?: ((size: number) => void) | undefined;
}

/** How the next token would be drawn, over the list of the likeliest. */
export function SamplerFold({ state, view, act, ...props }: SectionProps & SamplerFoldProps) {
  const [isOpen] = useFold('sampler');
  const { sampler } = view;
  const look = (isInSight: boolean): void => act.see({ sampling: isInSight && isOpen ? { sampler } : null });
  const ref = useInSight<HTMLDivElement>(look);
  useEffect(() => look(true), [sampler, isOpen]);
  const first = props.prediction.top[0]?.token;
  const { sampling } = state;
  return (
    <div ref={ref}>
      <Fold name="sampler" summary={<h3>{l10n.t('The sampler')}</h3>}>
        {() =>
          first && (
            <>
              {sampling && (
                <p class="above" data-fact="sampler">
                  <Sentence words={samplerFinding(sampling, first)} chosen={chosenId(state)} />
                </p>
              )}
              <SamplerTable view={view} act={act} sampling={sampling} token={first} />
              <Temperature {...props} temperature={sampler.temperature} />
            </>
          )
        }
      </Fold>
    </div>
  );
}

/** Opens the picture of the sizes of h. */
export function showLengths(): void {
  setFold('lengths', true);
  document.getElementById('lengths-title')?.scrollIntoView({ block: 'nearest' });
}
