import * as l10n from '@vscode/l10n';
import { greatest, sum } from 'd3-array';
import { useRef } from 'preact/hooks';
import {
  type ExpertsView,
  type FeedForwardShare,
  expertName,
  expertsFinding,
  expertsTable,
  sharesOf,
} from '../../shared/experts';
import { capitalised, fixed, roundedSize, signed } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { AblatedPart, RunAblated } from '../attention/ablation';
import { NumberField } from '../lab/options';
import { pendingAt } from '../parts/awaited';
import { copiedRows, type TableData } from '../parts/columns';
import { targetWords } from '../parts/compared';
import { Copy } from '../parts/copy';
import { useRemembered, useRememberedOf } from '../parts/remembered';
import { useInSight, useIntoSight } from '../parts/sight';
import { Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { type Words, words } from '../parts/words';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';

/** The layer whose experts push most, of whichever sign. */
const strongest = ({ layers }: ExpertsView): number =>
  greatest(layers, (one) => Math.abs(sum(sharesOf(one), ({ push, meanPush }) => push - meanPush)))?.layer ?? 0;

const sharesIn = ({ layers }: ExpertsView, layer: number) => layers.slice(layer, layer + 1).flatMap(sharesOf);

/** The experts of a layer, each of which can be left out. */
const tableOf = (view: ExpertsView, layer: number): TableData<FeedForwardShare> => ({
  columns: [
    ...expertsTable(view, l10n)
      // Two tokens share the mean of the vocabulary.
      .columns.filter(({ key }) => !view.against || key !== 'push minus the mean')
      .map((column) => (column.key?.includes('router') ? { ...column, name: 'not-small' } : column)),
    {
      head: '',
      draw: (part) =>
        'expert' in part && (
          <RunAblated
            part={{ kind: 'expert', layer, expert: part.expert }}
            label={l10n.t('Run without {0}', expertName(part))}
          />
        ),
    },
  ],
  rows: sharesIn(view, layer),
});

/** What the experts of a layer add together. */
const sumWords = (view: ExpertsView, layer: number, size: number | undefined): Words =>
  words(
    l10n.t('Together they are the feed-forward part of layer {0}. It adds {1} and pushes {2} by {3}.'),
    fixed(layer, 0),
    roundedSize(size),
    targetWords(view),
    signed(sum(sharesIn(view, layer), ({ push }) => push)),
  );

function ExpertsOfLayer({ known: view, state, act }: SectionProps & { readonly known: ExpertsView }) {
  const { journey, ablation } = state;
  // The layer that is open among the heads, until another is chosen here.
  const [open] = useRemembered<number | null>('open layer', null);
  const [own, setOwn] = useRememberedOf<number | null>('layer of experts', [open], null);
  const layer = Math.min(own ?? open ?? strongest(view), view.layers.length - 1);
  const table = tableOf(view, layer);
  const ref = useRef<HTMLDivElement>(null);
  const part = ablation?.part.kind === 'expert' ? expertName(ablation.part) : null;
  useIntoSight(ref, '.without', part, ablation?.result !== null);
  return (
    <div ref={ref}>
      <div class="spread above">
        <NumberField
          label={l10n.t('layer')}
          value={layer}
          range={{ least: 0, most: view.layers.length - 1 }}
          onChange={setOwn}
        />
        <Copy name={capitalised(l10n.t('experts'))} tables={() => [copiedRows(table)]} />
      </div>
      <Table
        {...table}
        name="natural dense above experts"
        label={capitalised(l10n.t('experts'))}
        row={(part) => ({ 'data-expert': 'expert' in part ? expertName(part) : 'dense' })}
      />
      <p class="note" data-fact="experts">
        <Sentence words={sumWords(view, layer, journey?.feedForwardSize[layer])} chosen={chosenId(state)} />
      </p>
      {part !== null && ablation && <AblatedPart ablation={ablation} state={state} act={act} />}
    </div>
  );
}

function ExpertsBody(props: SectionProps) {
  const { state, act } = props;
  const ref = useInSight<HTMLDivElement>((experts) => act.see({ experts }));
  return (
    <div ref={ref}>
      {state.experts ? <ExpertsOfLayer {...props} known={state.experts} /> : <Pending>{pendingAt(state)}</Pending>}
    </div>
  );
}

const finding = ({ experts }: PanelState): Words =>
  experts ? expertsFinding(experts, targetWords(experts), l10n) : [];

export const expertsSection: Section = {
  id: 'experts',
  title: () => capitalised(l10n.t('experts')),
  isFolded: true,
  shown: ({ model, text }) => model?.trunk?.experts !== undefined && text !== null,
  finding,
  Controls: ChosenPlace,
  Body: ExpertsBody,
};
