import * as l10n from '@vscode/l10n';
import { max, minIndex } from 'd3-array';
import { fixed, size } from '../../../shared/format';
import { plainToken } from '../../../shared/glyphs';
import { type BetweenResult, type LabEntry, rangesOf, usual } from '../../../shared/lab';
import { labTablesIn } from '../../../shared/labTables';
import type { PanelState } from '../../../shared/panel';
import { Dropdown } from '../../controls';
import { useRemembered } from '../../parts/remembered';
import { Toggles } from '../../parts/toggles';
import { type Words, words } from '../../parts/words';
import { Curves, curvesHeight } from '../../picture/curves';
import { chosenId } from '../../store';
import { type TokenOf, tokensOf } from '../data';
import { LabFigure } from '../figure';
import { type Draft, NumberField, type NumberOption, NumberOptions, type OptionsProps, optionValue } from '../options';
import type { ExperimentPage, ResultProps } from '../page';
import { LabTable } from '../table';

export const betweenPage: ExperimentPage<'between'> = {
  texts: () => ({
    title: l10n.t('Between two tokens'),
    question: l10n.t('Which tokens lie between one token and another?'),
    claim: l10n.t(
      'Along the straight line the vector gets smaller than along the sphere, where its size changes evenly from one end to the other. At each step the mixture also replaces the last token of the text.',
    ),
  }),
  token: { words: () => l10n.t('from {0}'), of: ({ from }) => from },
  Options: (props) => (
    <>
      <Destination {...props} />
      <NumberOptions options={[stepCount]} {...props} />
    </>
  ),
  options(draft, state) {
    const from = chosenId(state);
    const to = destination(draft, state);
    return from === undefined || to === undefined ? null : { from, to, steps: optionValue(stepCount, draft, state) };
  },
  missing: () => l10n.t('Choose the token at the other end.'),
  finding: (result, tokenOf) =>
    result.from.id === result.to.id
      ? words(l10n.t('Both ends are {0}, so there is nothing between them.'), tokenOf(result.from))
      : words(l10n.t('{0} {1} {2}'), dip(result), turn(result, tokenOf), predicted(result, tokenOf)),
  inShort(result, tokenOf) {
    const ends = [tokenOf(result.from), tokenOf(result.to)] as const;
    const [other] = passed(result);
    return other
      ? words(l10n.t('Between {0} and {1} by cosine: {2}'), ...ends, tokenOf(other))
      : words(l10n.t('Between {0} and {1} by cosine: no other token'), ...ends);
  },
  Result: Between,
};

const stepCount: NumberOption = {
  key: 'steps',
  label: () => l10n.t('steps'),
  // With two, nothing lies between the ends.
  range: { ...rangesOf('between').steps, least: 3 },
  initial: usual.steps,
};

/** The key of the token at the other end in the draft. */
const toKey = 'to';

/** Id of the token at the other end: the chosen one, or else the first that is offered. */
function destination(draft: Draft, state: PanelState): number | undefined {
  const chosen = draft[toKey];
  return typeof chosen === 'number' ? chosen : offered(state)[0];
}

/** Most tokens to offer. Any other can be given by its id. */
const mostOffered = 60;

/** Ids to choose from as the other end: the predicted token, then those of the text. */
export function offered(state: PanelState): readonly number[] {
  const from = chosenId(state);
  const predicted = state.prediction?.top[0]?.token.id;
  const ids = new Set([
    ...(predicted === undefined ? [] : [predicted]),
    ...(state.text?.tokens ?? []).map(({ id }) => id),
  ]);
  return [...ids].filter((id) => id !== from).slice(0, mostOffered);
}

const byId = 'id';

/** A choice of the other end: the predicted token, one of the text, or any other by its id. */
function Destination({ draft, set, state }: OptionsProps) {
  const ids = offered(state);
  const id = destination(draft, state);
  const isOffered = id === undefined || ids.includes(id);
  const predicted = state.prediction?.top[0]?.token;
  const named = (one: number): string => {
    if (predicted?.id === one) return l10n.t('{0}, predicted', plainToken(predicted));
    return plainToken(state.text?.tokens.find(({ id: own }) => own === one) ?? tokensOf(state)({ id: one, text: '' }));
  };
  return (
    <>
      <span class="lab-option">
        <span aria-hidden="true">{l10n.t('to')}</span>
        <Dropdown
          label={l10n.t('to')}
          value={isOffered ? String(id ?? '') : byId}
          options={[
            ...ids.map((one) => ({ value: String(one), text: named(one) })),
            ...(isOffered ? [] : [{ value: byId, text: named(id) }]),
          ]}
          onChoose={(value) => set({ [toKey]: value === byId ? (id ?? 0) : Number(value) })}
        />
      </span>
      <NumberField
        label={l10n.t('or by its id')}
        value={id ?? null}
        range={{ least: 0, most: state.model ? state.model.vocabulary - 1 : rangesOf('between').to.most }}
        onChange={(one) => set({ [toKey]: one })}
      />
    </>
  );
}

/** A smaller difference in size is ignored; a share of the smaller end. */
const noticeable = 0.005;

/** Where the vector on the straight path is smallest, compared with its smaller end. */
function dip({ steps }: BetweenResult): string {
  const sizes = steps.map(({ straight }) => straight.size);
  const at = minIndex(sizes);
  const least = sizes[at] ?? NaN;
  const end = Math.min(sizes[0] ?? NaN, sizes.at(-1) ?? NaN);
  if (!(least < end * (1 - noticeable)))
    return l10n.t('Along the straight line the vector is never smaller than at its smaller end ({0}).', size(end));
  return l10n.t(
    'Along the straight line the vector shrinks to {0} at t = {1}, below its smaller end ({2}). Along the sphere its size changes evenly.',
    size(least),
    fixed(steps[at]?.t, 2),
    size(end),
  );
}

/** The first tokens by cosine along the straight path, without its ends. */
const passed = ({ from, to, steps }: BetweenResult): readonly LabEntry[] =>
  steps
    .flatMap(({ straight }) => straight.nearest.cosine.slice(0, 1))
    .filter(({ id }) => id !== from.id && id !== to.id);

/** Where on the straight path the nearest token by cosine changes from one end to the other, and a token between. */
function turn(result: BetweenResult, tokenOf: TokenOf): Words {
  const { from, to, steps } = result;
  const firsts = steps.map(({ t, straight }) => ({ t, entry: straight.nearest.cosine[0] }));
  const arrived = firsts.find(({ entry }) => entry?.id === to.id);
  if (!arrived) return words(l10n.t('By cosine, {0} is never the nearest.'), tokenOf(to));
  const [other] = passed(result);
  if (!other)
    return words(
      l10n.t('By cosine, the nearest is {0} up to t = {2}, then {1}. It is never another token.'),
      tokenOf(from),
      tokenOf(to),
      fixed(firsts[firsts.indexOf(arrived) - 1]?.t ?? 0, 2),
    );
  return words(
    l10n.t('By cosine, {1} is the nearest from t = {2} on. At another step the nearest is {3}.'),
    tokenOf(from),
    tokenOf(to),
    fixed(arrived.t, 2),
    tokenOf(other),
  );
}

/** The predictions at both ends. */
function predicted({ steps }: BetweenResult, tokenOf: TokenOf): Words {
  const [first, last] = [steps[0]?.straight.predicted[0], steps.at(-1)?.straight.predicted[0]];
  if (!first || !last) return [];
  return first.id === last.id
    ? words(l10n.t('The prediction is {0} at both ends.'), tokenOf(first))
    : words(l10n.t('The prediction goes from {0} to {1}.'), tokenOf(first), tokenOf(last));
}

type Path = 'straight' | 'sphere';

function Between({ result, context }: ResultProps<BetweenResult>) {
  const [path, setPath] = useRemembered<Path>('path', 'straight');
  const { steps } = result;
  const highest = Math.ceil(max(steps, ({ straight, sphere }) => Math.max(straight.size, sphere.size)) ?? 1);
  const [sizes, straight, sphere] = labTablesIn(l10n, context.tokenOf).between(result);
  const table = path === 'straight' ? straight : sphere;
  return (
    <div class="columns wide lab-between">
      <LabFigure
        part="sizes"
        title={l10n.t('Size at each step, model units')}
        table={sizes}
        context={context}
        height={(width) => curvesHeight(width, 2)}
      >
        {(width) => (
          <Curves
            width={width}
            at={steps.map(({ t }) => t)}
            curves={[
              { name: l10n.t('straight'), kind: 'first', values: steps.map(({ straight }) => straight.size) },
              { name: l10n.t('along the sphere'), kind: 'second', values: steps.map(({ sphere }) => sphere.size) },
            ]}
            x={{ ticks: [0, 0.5, 1], print: (value) => fixed(value, 1), name: l10n.t('t, from one end to the other') }}
            y={{ domain: [0, highest], ticks: [0, highest / 2, highest], print: (value) => fixed(value, 1) }}
          />
        )}
      </LabFigure>
      <div class="lab-list">
        <div class="spread">
          <h3>{table.title}</h3>
          <Toggles
            label={l10n.t('Path')}
            options={[
              ['straight', l10n.t('straight')],
              ['sphere', l10n.t('along the sphere')],
            ]}
            value={path}
            onChoose={setPath}
          />
        </div>
        <LabTable table={table} context={context} />
      </div>
    </div>
  );
}
