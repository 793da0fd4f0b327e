import * as l10n from '@vscode/l10n';
import { sum } from 'd3-array';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { capitalised, degrees, fixed, roundedSize, signed, valued } from '../../shared/format';
import { angleOfCosine } from '../../shared/metrics';
import {
  type NeuronPart,
  type Neurons,
  type NeuronSum,
  type Neuron,
  neuronName,
  type NeuronView,
  type Reading,
  type RowsOnBothSides,
  neuronsFinding,
  neuronsTable,
  type PushedBy,
  neuronFinding,
} from '../../shared/neurons';
import type { PanelState } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import type { Side } from '../../shared/sides';
import { AblatedPart, isSamePart, RunAblated } from '../attention/ablation';
import { Lists } from '../neighbours/section';
import { pendingAt } from '../parts/awaited';
import { copiedRows, type TableData } from '../parts/columns';
import { targetWords } from '../parts/compared';
import { Copy } from '../parts/copy';
import { makeVector } from '../parts/expression';
import { Fold } from '../parts/fold';
import { useRemembered } from '../parts/remembered';
import { passFocus } from '../parts/roving';
import { useInSight, useIntoSight } from '../parts/sight';
import { Table } from '../parts/table';
import { Sentence, TextLink } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { withoutLayers } from '../parts/unknown';
import { ValueChips } from '../parts/valueChips';
import type { Words } from '../parts/words';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';

interface OpenNeuronProps extends SectionProps {
  readonly neuron: Neuron;
  readonly text: TextView;
  /** `null` while it is computed. */
  readonly seen: NeuronView | null;
  /** What leaving it out changed. */
  readonly ablated: ComponentChildren;
}

/** One neuron: what it read and wrote here, where in the text it fires, and the rows near both. */
function OpenNeuron(props: OpenNeuronProps) {
  const { neuron, seen, act } = props;
  const isKnown = seen?.neuron.layer === neuron.layer && seen.neuron.index === neuron.index;
  return (
    <div class="open-neuron above">
      <div class="spread">
        <h3>{capitalised(valued(l10n.t('neuron'), neuronName(neuron)))}</h3>
        <button
          type="button"
          class="quiet-action"
          onClick={(event) => {
            passFocus(event, 'section', 'h2');
            act.post({ type: 'openNeuron', neuron: null });
          }}
        >
          {l10n.t('Close the neuron')}
        </button>
      </div>
      {isKnown ? <KnownNeuron {...props} seen={seen} /> : <Pending>{l10n.t('Computing.')}</Pending>}
    </div>
  );
}

/** The largest amount in the text; most neurons fire far more at the first token than at any other. */
const largestFired = (fired: Float64Array): number =>
  Math.max(...Array.from(fired.length > 1 ? fired.subarray(1) : fired, Math.abs));

/** What a neuron read, in factors: ‖row‖ ‖x‖ cos θ, where x is the normed residual. */
const readingsTable = ({ gate, up }: NeuronPart): TableData<Reading & { readonly name: string }> => ({
  columns: [
    { key: 'row', head: '', names: true, value: ({ name }) => name },
    { key: 'size', head: l10n.t('size'), value: ({ size }) => size, print: roundedSize },
    { key: 'size of x', head: '‖x‖', value: readSizeOf, print: roundedSize },
    { key: 'angle (degrees)', head: l10n.t('angle'), value: ({ cosine }) => angleOfCosine(cosine), print: degrees },
    { key: 'product', head: l10n.t('dot product'), value: ({ product }) => product, print: signed },
  ],
  rows: [...(gate ? [{ name: l10n.t('gate'), ...gate }] : []), { name: gate ? l10n.t('up') : l10n.t('reads'), ...up }],
});

/** ‖x‖ from a product with it; not known from a row at a right angle. */
const readSizeOf = ({ size, cosine, product }: Reading): number | null =>
  size * cosine === 0 ? null : product / (size * cosine);

function KnownNeuron({ seen, ablated, ...props }: OpenNeuronProps & { readonly seen: NeuronView }) {
  const { text, state, act } = props;
  const { neuron, fired, position } = seen;
  const chosen = chosenId(state);
  const name = neuronName(neuron);
  return (
    <>
      <p class="above" data-fact="neuron">
        <Sentence words={neuronFinding(seen, l10n)} chosen={chosen} />.
      </p>
      <div class="above" data-picture="neuron">
        <ValueChips
          label={l10n.t('How much {0} fires at each token', name)}
          text={text}
          values={fired}
          full={largestFired(fired)}
          print={(value) => fixed(value, 2)}
          position={position}
          chosen={chosen}
        />
      </div>
      <Table {...readingsTable(neuron)} name="natural dense above readings" label={l10n.t('What {0} reads', name)} />
      <p class="row small above">
        <RunAblated
          part={{ kind: 'neuron', layer: neuron.layer, index: neuron.index }}
          label={l10n.t('Run without this neuron')}
        />
        <TextLink onClick={() => act.post({ type: 'setOptions', options: { colouring: 'neuron' } })}>
          {l10n.t('Colour the text by it')}
        </TextLink>
        <TextLink
          onClick={() => {
            // Below zero it writes the opposite of its column.
            makeVector(neuron.fired < 0 ? `-1 * ${name}` : name, act);
            act.goTo('vector');
          }}
        >
          {l10n.t('Show what it writes in A vector')}
        </TextLink>
      </p>
      {ablated}
      <Fold name="neuron-writes" summary={<h3>{l10n.t('What it writes for: output rows near its column')}</h3>}>
        {() => (
          <Near
            {...props}
            key={`${name} ${neuron.fired < 0}`}
            rows={seen.writes}
            side="output"
            isOpposite={neuron.fired < 0}
          />
        )}
      </Fold>
      <Fold name="neuron-reads" summary={<h3>{l10n.t('What it reads: input rows near its row')}</h3>}>
        {() => <Near {...props} key={name} rows={seen.reads} side="input" isOpposite={false} />}
      </Fold>
    </>
  );
}

interface NearProps extends SectionProps {
  readonly rows: RowsOnBothSides;
  readonly side: Side;
  /** Whether the opposite is what counts at the chosen position. */
  readonly isOpposite: boolean;
}

function Near({ rows, isOpposite, ...props }: NearProps) {
  const [now, setSign] = useState<keyof RowsOnBothSides>(isOpposite ? 'opposite' : 'along');
  return (
    <>
      <Toggles
        label={l10n.t('Sign')}
        options={[
          ['along', l10n.t('the vector')],
          ['opposite', l10n.t('its opposite')],
        ]}
        value={now}
        onChoose={setSign}
      />
      <Lists {...props} neighbours={{ lists: rows[now] }} marked={[]} />
    </>
  );
}

/** What all neurons of each layer add, those that are listed and the others; with the bias it is the layer's part. */
function sumsTable({ neurons, sums }: Neurons, by: PushedBy): TableData<NeuronSum> {
  const pushOf = ({ push, meanPush }: Pick<NeuronPart, 'push' | 'meanPush'>): number =>
    by === 'minus the mean' ? push - meanPush : push;
  const listed = ({ layer }: NeuronSum) =>
    sum(
      neurons.filter((one) => one.layer === layer),
      pushOf,
    );
  const column = (key: string, head: string, value: (row: NeuronSum) => number | undefined) => ({
    ...{ key, head, value, print: signed },
  });
  return {
    columns: [
      { key: 'layer', head: l10n.t('layer'), value: ({ layer }) => layer },
      column('listed neurons', l10n.t('listed'), listed),
      column('other neurons', l10n.t('others'), (row) => pushOf(row) - listed(row)),
      ...(sums.some(({ bias }) => bias) ? [column('bias', l10n.t('bias'), ({ bias }) => bias && pushOf(bias))] : []),
      column('feed-forward', l10n.t('feed-forward'), (row) => pushOf(row) + (row.bias ? pushOf(row.bias) : 0)),
    ],
    rows: sums,
  };
}

/** What made the push, which very narrow panels leave out. */
const factors: readonly (string | undefined)[] = ['gate', 'up', 'size of the column', 'angle of the column (degrees)'];

function NeuronsList(props: SectionProps & { readonly list: Neurons }) {
  const { list, state, act } = props;
  const { neurons, ablation, text } = state;
  const { open, view } = neurons;
  const ref = useRef<HTMLDivElement>(null);
  const isKnown = open !== null && view?.neuron.layer === open.layer && view.neuron.index === open.index;
  useIntoSight(ref, '.open-neuron', open && neuronName(open), isKnown);
  const [wanted, setBy] = useRemembered<PushedBy>('neurons by', 'minus the mean');
  // Two tokens share the mean of the vocabulary.
  const by = list.against ? 'as it is' : wanted;
  const described = neuronsTable(list.neurons, by, l10n);
  const table: TableData<NeuronPart> = {
    ...described,
    columns: described.columns.map((column) =>
      column.key === 'neuron'
        ? {
            ...column,
            names: true,
            press: ({ layer, index }) => act.post({ type: 'openNeuron', neuron: { layer, index } }),
          }
        : { ...column, ...(factors.includes(column.key) && { name: 'not-tiny' }) },
    ),
  };
  const ablated = ablation?.part.kind === 'neuron' ? <AblatedPart ablation={ablation} state={state} act={act} /> : null;
  // The result stands beside the button that asked for it.
  const isOfOpen = open !== null && ablation !== null && isSamePart(ablation.part, { kind: 'neuron', ...open });
  return (
    <div ref={ref}>
      <div class="spread above">
        {!list.against && (
          <Toggles
            label={l10n.t('push')}
            options={[
              ['minus the mean', l10n.t('minus the mean push')],
              ['as it is', l10n.t('as it is')],
            ]}
            value={by}
            onChoose={setBy}
          />
        )}
        <Copy name={capitalised(l10n.t('neurons'))} tables={() => [copiedRows(table)]} />
      </div>
      <Table
        {...table}
        name="natural dense neurons"
        label={l10n.t('Neurons that push most')}
        chosen={chosenId(state)}
        row={({ layer, index }) => ({
          'data-neuron': `${layer}.${index}`,
          class: open?.layer === layer && open.index === index ? 'lit' : undefined,
        })}
      />
      {!isOfOpen && ablated}
      {open && text && <OpenNeuron {...props} neuron={open} text={text} seen={view} ablated={isOfOpen && ablated} />}
      <Fold name="neurons-by-layer" summary={<h3>{l10n.t('All neurons, layer by layer')}</h3>}>
        {() => <Table {...sumsTable(list, by)} name="natural dense" label={l10n.t('All neurons, layer by layer')} />}
      </Fold>
    </div>
  );
}

function NeuronsBody(props: SectionProps) {
  const { state, act } = props;
  const ref = useInSight<HTMLDivElement>((isInSight) => act.see({ neurons: isInSight }));
  const { list } = state.neurons;
  return <div ref={ref}>{list ? <NeuronsList {...props} list={list} /> : <Pending>{pendingAt(state)}</Pending>}</div>;
}

const finding = ({ neurons: { list } }: PanelState): Words =>
  list ? neuronsFinding(list, targetWords(list), l10n) : [];

export const neuronsSection: Section = {
  id: 'neurons',
  title: () => capitalised(l10n.t('neurons')),
  isFolded: true,
  // A mixture has experts in their place.
  shown: ({ model, text }) => model !== null && text !== null && !model.trunk?.experts,
  missing: withoutLayers,
  finding,
  Controls: ChosenPlace,
  Body: NeuronsBody,
};
