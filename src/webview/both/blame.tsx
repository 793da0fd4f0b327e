import * as l10n from '@vscode/l10n';
import type { Blame, BlamedPart, BlameGrain, ModelPart, TensorChange } from '../../shared/blame';
import {
  blameColumns,
  blameFinding,
  blameMeasures,
  type BlameMeasure,
  byCost,
  modelPart,
  printedCost,
  tensorChangeColumns,
  tensorCosts,
  tensorsFinding,
} from '../../shared/blameWords';
import { count, degrees } from '../../shared/format';
import type { BlameView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import { Button } from '../controls';
import { LabProgress } from '../lab/run';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { NoticeLine } from '../parts/progress';
import { useRemembered } from '../parts/remembered';
import { Table } from '../parts/table';
import { Sentence, TextLink } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { type Words, words } from '../parts/words';
import { TakeAway } from '../picture/save';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { BlameMap } from './blameMap';
import { bothNames, bothPending } from './sectionFindings';

/** How the next parts are tried. */
const useGrain = () => useRemembered<BlameGrain>('grain of blame', 'parts');
const useReverse = () => useRemembered('reverse of blame', false);
const useMeasure = () => useRemembered<BlameMeasure>('measure of blame', blameMeasures[0]);

/** Whether a part, or a tensor, is in another part. */
const isIn = (part: ModelPart, whole: ModelPart): boolean =>
  'layer' in part
    ? 'layer' in whole && part.layer === whole.layer && (whole.kind === 'layer' || whole.kind === part.kind)
    : part.kind === whole.kind && ('side' in part ? part.side : null) === ('side' in whole ? whole.side : null);

/** The rows of the table, the costliest first. */
export function blameTable(blame: Blame, by: BlameMeasure, onOpen?: (part: ModelPart) => void): TableData<BlamedPart> {
  const other = by === 'divergence' ? 'mean KL (bits)' : 'KL (bits)';
  return {
    columns: blameColumns(blame, l10n).map((column) => ({
      ...column,
      ...(column.key === 'part' && {
        names: true,
        name: 'name',
        press: onOpen && ((row: BlamedPart) => onOpen(row.part)),
      }),
      ...(column.key === other && { name: 'wide-only' }),
      ...(column.key?.endsWith('KL (bits)') && column.key !== other && { cells: 'strong' }),
      ...(/of h|by size|by bias/.test(column.key ?? '') && { name: 'not-small' }),
      ...(/by angle|by hiddenSize/.test(column.key ?? '') && { name: 'not-tiny' }),
    })),
    rows: byCost(blame, by),
  };
}

function Found({ state, act, blame }: SectionProps & { readonly blame: Blame }) {
  const [by, setBy] = useMeasure();
  const [, setGrain] = useGrain();
  const [open, setOpen] = useRemembered<ModelPart | null>('opened part of blame', null);
  const shown = blame.by === 'tensors' && open ? blame.parts.filter(({ part }) => isIn(part, open)) : blame.parts;
  const table = blameTable({ ...blame, parts: shown }, by, setOpen);
  const title = l10n.t('Which part did it');
  const heading = blame.reverse ? l10n.t('Bits won by each part of A') : l10n.t('Bits that each part costs');
  return (
    <>
      <div data-picture="both-blame">
        <div class="spread above">
          <h3 id="blame-title">{heading}</h3>
          <Toggles<BlameMeasure>
            label={l10n.t('Ranked by')}
            options={[
              ['divergence', l10n.t('at this position')],
              ['meanDivergence', l10n.t('mean over the text')],
            ]}
            value={by}
            onChoose={setBy}
          />
        </div>
        {state.model?.trunk && <BlameMap {...{ blame, by, open, onOpen: setOpen }} trunk={state.model.trunk} />}
      </div>
      {open && (
        <p class="row quiet above" data-fact="open-part">
          {blame.by === 'tensors'
            ? l10n.t('Only the tensors of {0}', modelPart(open, l10n))
            : `${modelPart(open, l10n)}:`}
          {blame.by !== 'tensors' && (
            <TextLink
              onClick={() => {
                setGrain('tensors');
                act.post({ type: 'blame', by: 'tensors', reverse: blame.reverse });
              }}
            >
              {l10n.t('Try each tensor')}
            </TextLink>
          )}
          <TextLink onClick={() => setOpen(null)}>{l10n.t('Show all')}</TextLink>
        </p>
      )}
      <div class="behind-box both-box above" role="region" aria-label={heading} tabIndex={0}>
        <Table
          {...table}
          name="natural dense both-blame"
          label={title}
          row={({ part }) => ({
            class: open && modelPart(part, l10n) === modelPart(open, l10n) ? 'current' : undefined,
          })}
        />
      </div>
      <p class="note">
        <Sentence
          words={words(
            l10n.t(
              'KL is from A’s prediction to that with one part exchanged. Δ logit, and what makes it, is of {0}. h is compared with A’s.',
            ),
            blame.token,
          )}
        />
      </p>
      <p class="row">
        <TakeAway picture="both-blame" title={title} tables={() => [copiedRows(table)]} />
      </p>
    </>
  );
}

/** A tensor a row, those that changed most first. */
export function tensorsTable(
  { tensors, tokens }: NonNullable<BlameView['tensors']>,
  costs: ReadonlyMap<string, number>,
  print: (value: number) => string,
): TableData<TensorChange> {
  const [error, angle, ratio, ...bits] = tensorChangeColumns(l10n);
  return {
    columns: [
      { key: 'tensor', head: l10n.t('tensor'), name: 'name', names: true, value: ({ name }) => name },
      { ...error, cells: 'strong' },
      angle,
      { ...ratio, name: 'not-small' },
      {
        key: 'worst row',
        head: l10n.t('row that turned most'),
        name: 'wide-only',
        value: ({ name, worst }) => tokens[name] ?? worst?.row ?? null,
        print: count,
      },
      {
        key: 'its angle (degrees)',
        head: null,
        name: 'wide-only',
        value: ({ worst }) => worst?.angle ?? null,
        print: degrees,
      },
      ...bits.map((column) => ({ ...column, name: 'not-small' })),
      ...(costs.size > 0
        ? [{ key: 'KL (bits)', head: l10n.t('KL'), value: ({ name }: TensorChange) => costs.get(name) ?? null, print }]
        : []),
    ],
    rows: tensors.toSorted((a, b) => b.error - a.error),
  };
}

/** What became of each tensor in B's file. */
export function Tensors({ state, act }: SectionProps) {
  const { tensors, known, working, failure } = state.blame;
  const [by] = useMeasure();
  const title = l10n.t('What became of each tensor');
  if (working?.what === 'tensors')
    return (
      <div class="above">
        <Button onPress={() => act.post({ type: 'stopBlame' })}>{l10n.t('Stop')}</Button>
        <LabProgress running={working} title={title} />
      </div>
    );
  if (!tensors)
    return (
      <div class="above">
        <Button onPress={() => act.post({ type: 'compareTensors' })}>{l10n.t('Compare the files')}</Button>
        {failure !== null && <NoticeLine kind="failed" said={failure} />}
      </div>
    );
  const costs = tensorCosts(known, by);
  const table = tensorsTable(tensors, costs, known ? printedCost(known, by) : count);
  return (
    <>
      <p class="said readable above" data-fact="tensors">
        {tensorsFinding(tensors, costs, l10n)
          .map((said) => `${said}.`)
          .join(' ')}
      </p>
      <div class="behind-box both-box" role="region" aria-label={title} tabIndex={0}>
        <Table {...table} name="natural dense both-tensors" label={title} />
      </div>
      {costs.size === 0 && bothBlame.shown(state) && (
        <p class="note">{l10n.t('Try each tensor below, and this table says what each costs in this text.')}</p>
      )}
      {tensors.unlike.length > 0 && (
        <p class="note">{l10n.t('Only in one of the two, or of another shape: {0}.', tensors.unlike.join(', '))}</p>
      )}
      <p class="row above">
        <Copy name={title} tables={() => [copiedRows(table)]} />
      </p>
    </>
  );
}

function BlameBody(props: SectionProps) {
  const { state, act } = props;
  const { known, isDone, failure } = state.blame;
  const working = state.blame.working?.what === 'parts' ? state.blame.working : null;
  const [by, setGrain] = useGrain();
  const [reverse, setReverse] = useReverse();
  if (!state.both.position) return <Pending>{bothPending(state)}</Pending>;
  const isKnown = known?.by === by && known.reverse === reverse;
  const [a, b] = bothNames(state);
  return (
    <>
      <div class="row quiet above">
        <Toggles<BlameGrain>
          label={l10n.t('What is exchanged')}
          options={[
            ['parts', l10n.t('parts')],
            ['layers', l10n.t('whole layers')],
            ['tensors', l10n.t('tensors')],
          ]}
          value={by}
          onChoose={setGrain}
        />
        <Toggles
          label={l10n.t('Which model runs')}
          options={[
            ['forward', l10n.t('{0} with a part of {1}', a, b)],
            ['reverse', l10n.t('{0} with a part of {1}', b, a)],
          ]}
          value={reverse ? 'reverse' : 'forward'}
          onChoose={(choice) => setReverse(choice === 'reverse')}
        />
        {working ? (
          <Button onPress={() => act.post({ type: 'stopBlame' })}>{l10n.t('Stop')}</Button>
        ) : (
          (!isKnown || !isDone) && (
            <Button primary onPress={() => act.post({ type: 'blame', by, reverse })}>
              {l10n.t('Try each part')}
            </Button>
          )
        )}
      </div>
      {working && <LabProgress running={working} title={l10n.t('Which part did it')} />}
      {failure !== null && <NoticeLine kind="failed" said={failure} />}
      {!known && !working && (
        <p class="note readable">
          {l10n.t('One model runs with one part of the other in its place, for each part in turn. That takes seconds.')}
        </p>
      )}
      {known && known.parts.length > 0 && <Found {...props} blame={known} />}
    </>
  );
}

export function bothBlameFinding(state: PanelState): Words {
  const { known, isDone } = state.blame;
  const [by] = blameMeasures;
  return known ? [blameFinding(known, by, isDone, bothNames(state), l10n)] : [];
}

export const bothBlame: Section = {
  id: 'both-blame',
  title: () => l10n.t('Which part did it'),
  isFolded: true,
  shown: ({ both: { other, text } }) => other?.runs === 'together' && text?.kind === 'same',
  finding: bothBlameFinding,
  Controls: ChosenPlace,
  Body: BlameBody,
};
