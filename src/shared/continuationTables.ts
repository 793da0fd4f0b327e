import type { DataColumn, TableRows } from './columns';
import {
  samplerNames,
  type Alternative,
  type ContinuationStep,
  type SamplerStage,
  type SamplerStep,
} from './continuation';
import { fixed, percent, probability } from './format';
import type { Translator } from './translator';

/**
 * The likeliest token beside that of a step, and how far the step's is ahead of it, logits: below 0 where a less likely
 * token was drawn. Absent if nothing else is known.
 */
export function secondOf({
  token,
  logit,
  alternatives,
}: ContinuationStep): (Alternative & { lead: number }) | undefined {
  const second = alternatives.find((one) => one.token.id !== token.id);
  return second && { ...second, lead: logit - second.logit };
}

/** The steps of a continuation, one a row. */
export const continuationTable = (
  rows: readonly ContinuationStep[],
  l10n: Translator,
): TableRows<ContinuationStep> => ({
  rows,
  columns: [
    { key: 'step', head: '#', value: (_, index) => index + 1 },
    { key: 'id', value: ({ token }) => token.id },
    { key: 'token', head: l10n.t('token'), value: ({ token }) => token },
    { key: 'probability', head: l10n.t('probability'), value: (step) => step.probability, print: probability },
    ...(rows.some(({ stages }) => stages)
      ? [
          {
            key: 'sampled',
            head: l10n.t('sampled'),
            value: (step: ContinuationStep) => step.sampled,
            print: probability,
          },
        ]
      : []),
    {
      key: 'lead (logits)',
      head: l10n.t('lead'),
      value: (step) => secondOf(step)?.lead ?? null,
      print: (lead) => fixed(lead, 2),
    },
    { key: 'second', head: l10n.t('second'), value: (step) => secondOf(step)?.token ?? null },
    {
      key: 'probability of the second',
      head: l10n.t('probability'),
      value: (step) => secondOf(step)?.probability ?? null,
      print: probability,
    },
  ],
});

/** A step as the panel calls it. */
export const samplerStepName = (step: SamplerStep, l10n: Translator): string =>
  ({
    repeatPenalty: l10n.t('repetition penalty'),
    topK: 'top-k',
    typical: 'typical',
    topP: 'top-p',
    minP: 'min-p',
    temperature: l10n.t('temperature'),
  })[step];

/** What the steps of a sampler left, one a row. `chosen`: the token in question, spelled. */
export const stagesTable = (
  rows: readonly SamplerStage[],
  chosen: string,
  l10n: Translator,
): TableRows<SamplerStage, DataColumn<SamplerStage>> => ({
  rows,
  columns: [
    { key: 'step', head: l10n.t('step'), value: ({ step }) => samplerNames[step] },
    { key: 'survivors', head: l10n.t('tokens left'), value: ({ survivors }) => survivors },
    {
      key: 'mass',
      head: l10n.t('of the model’s probability'),
      value: ({ mass }) => mass,
      print: (mass) => percent(100 * mass),
    },
    { key: 'chosen', head: chosen, value: (stage) => stage.chosen, print: probability },
  ],
});
