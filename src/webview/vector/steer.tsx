import * as l10n from '@vscode/l10n';
import { greatest } from 'd3-array';
import { useMemo } from 'preact/hooks';
import { plain, bits, percent, probability, roundedSize, signed } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import type { Steered, Steering, SteerCurve } from '../../shared/vectors/steering';
import { SecondRun, changeOf } from '../attention/ablation';
import { Button } from '../controls';
import { LeadersChart } from '../journey/leaders/chart';
import { NumberField } from '../lab/options';
import { pending } from '../parts/awaited';
import type { TableData } from '../parts/columns';
import { Faulty } from '../parts/expression';
import { residualPlace } from '../parts/layers';
import { useRemembered } from '../parts/remembered';
import { useInSight } from '../parts/sight';
import { Slider } from '../parts/slider';
import { Toggles } from '../parts/toggles';
import { withoutLayers } from '../parts/unknown';
import { words, type Words } from '../parts/words';
import { Behind } from '../picture/behind';
import { Figure } from '../picture/chart';
import { ChosenPlace, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';

type Line = SteerCurve['tokens'][number];

/** A token a row, a strength a column. */
const curveTable = ({ tokens, strengths }: SteerCurve): TableData<Line> => ({
  columns: [
    { key: 'id', value: ({ token }) => token.id },
    { key: 'token', head: l10n.t('token'), name: 'name', names: true, value: ({ token }) => token },
    ...strengths.map((strength, at) => ({
      ...{ key: String(strength), head: plain(strength), print: probability },
      value: ({ probabilities }: Line) => probabilities[at],
    })),
  ],
  rows: tokens,
});

interface CurveProps extends Pick<SectionProps, 'state' | 'act'> {
  readonly curve: SteerCurve;
  readonly strength: number;
}

/** The probabilities of the tokens that are first at some strength, over the strength. */
function StrengthCurve({ curve, strength, state, act }: CurveProps) {
  const { strengths, tokens } = curve;
  const leaders = useMemo(() => {
    const isFirst = (probability: number, at: number) =>
      tokens.every(({ probabilities }) => (probabilities[at] ?? 0) <= probability);
    return {
      position: curve.position,
      rows: strengths.map((_, layer) => ({ layer, after: 'layer' as const })),
      tokens: tokens.map(({ token, probabilities }) => ({
        token,
        probability: Float64Array.from(probabilities),
        rank: Int32Array.from(probabilities, (probability, at) => (isFirst(probability, at) ? 1 : 2)),
      })),
    };
  }, [curve]);
  const title = l10n.t('Probabilities by strength');
  return (
    <>
      <h3 id="steer-title">{title}</h3>
      <Figure>
        {(width) => (
          <LeadersChart
            {...{ leaders, width, measure: 'probability', vocabulary: 1, lit: null }}
            columns={{ names: strengths.map(plain), now: strengths.indexOf(strength) }}
            chosen={chosenId(state)}
            onChoose={(id) => act.post({ type: 'chooseToken', id })}
          />
        )}
      </Figure>
      <Behind name="steer" title={title} table={() => ({ ...curveTable(curve), name: 'steer-table' })} of="steer" />
    </>
  );
}

/** A steering before its vector has been chosen: everything else. */
type Way = Omit<Steering, 'expression'>;

/** What is added or taken out, in the middle of a sentence. */
export function steeringName({ expression, how, strength, layer, positions }: Steering): string {
  const place = layer === null ? l10n.t('after every layer') : residualPlace(layer);
  const where = positions === 'all' ? l10n.t('{0} at all positions', place) : place;
  if (how === 'add') return l10n.t('{0} times “{1}” added {2}', plain(strength), expression, where);
  return l10n.t('{0} of the direction of “{1}” taken out {2}', percent(100 * strength, 0), expression, where);
}

/** What the position predicts with the vector, and how well the linear push foretold it. */
export function steerFinding({ steer }: Pick<PanelState, 'steer'>): Words {
  if (!steer?.result) return [];
  const { tokens, divergence, promised } = steer.result;
  const [before, after] = ([0, 1] as const).map((side) => greatest(tokens, ({ logits }) => logits[side]));
  if (!before || !after) return [];
  const [was, is] = [probability(before.probabilities[0]), probability(after.probabilities[1])];
  const predicted = words(
    before.token.id === after.token.id
      ? l10n.t('With {0}, the model still predicts {1} ({4} → {2})')
      : l10n.t('With {0}, the model predicts {1} ({2}) instead of {3} ({4})'),
    steeringName(steer.steering),
    after.token,
    is,
    before.token,
    was,
  );
  return words(
    l10n.t(
      '{0}. The push alone would change the logit of {1} by {2}. It really changed by {3}. KL divergence: {4} bits',
    ),
    predicted,
    after.token,
    signed(promised[tokens.indexOf(after)]),
    signed(changeOf(after.logits)),
    bits(divergence),
  );
}

/** How large what is added is beside the residual. */
function sizesSentence({ vectorSize, residualSize }: Steered, { how, strength, layer }: Way): string {
  const [place, size] = [residualPlace(layer ?? 1), roundedSize(residualSize)];
  if (how === 'remove') return l10n.t('The residual {0} has size {1}.', place, size);
  const added = roundedSize(Math.abs(strength) * vectorSize);
  return l10n.t('The added vector has size {0}; the residual {1} has size {2}.', added, place, size);
}

/**
 * The strengths that a slider reaches: until what is added is as large as the residual, but at least 4. A direction
 * that is taken out once is gone.
 */
export function strengthRange(how: Steering['how'], result: Steered | null) {
  if (how === 'remove') return { least: 0, most: 1, step: 0.05 };
  const ratio = result && result.vectorSize > 0 ? result.residualSize / result.vectorSize : 16;
  const most = Math.min(1000, Math.max(4, 2 ** Math.ceil(Math.log2(ratio))));
  return { least: -most, most, step: most / 32 };
}

interface WayProps {
  readonly way: Way;
  readonly set: (change: Partial<Way>) => void;
  readonly layers: number;
  readonly result: Steered | null;
}

/** Add or take out, how strongly, and where. */
const WayChoice = ({ way: { how, strength, layer, positions }, set, layers, result }: WayProps) => (
  <div class="row centre scope-tools">
    <Toggles
      label={l10n.t('What happens to the residual')}
      options={[
        ['add', l10n.t('add to the residual')],
        ['remove', l10n.t('take out of the residual')],
      ]}
      value={how}
      onChoose={(next) => set({ how: next, strength: 1 })}
    />
    <div class="row centre scope-tool">
      <Slider
        label={l10n.t('strength')}
        range={strengthRange(how, result)}
        value={strength}
        text={plain}
        onChoose={(value) => set({ strength: value })}
      >
        {(moved) => (
          <NumberField
            label={l10n.t('strength')}
            value={moved}
            range={{ least: -1000, most: 1000, isFraction: true }}
            onChange={(value) => set({ strength: value })}
          />
        )}
      </Slider>
    </div>
    <div class="row centre scope-tool">
      <Toggles
        label={l10n.t('Layers')}
        options={[
          ['all', l10n.t('after every layer')],
          ['one', l10n.t('after one')],
        ]}
        value={layer === null ? 'all' : 'one'}
        onChoose={(choice) => set({ layer: choice === 'all' ? null : Math.ceil(layers / 2) })}
      />
      {layer !== null && (
        <Slider
          label={l10n.t('layer')}
          range={{ least: 0, most: layers, step: 1 }}
          value={layer}
          text={residualPlace}
          onChoose={(value) => set({ layer: value })}
        >
          {(moved) => <span class="small quiet">{residualPlace(moved)}</span>}
        </Slider>
      )}
    </div>
    <Toggles
      label={l10n.t('Positions')}
      options={[
        ['last', l10n.t('at this position')],
        ['all', l10n.t('at all positions up to it')],
      ]}
      value={positions}
      onChoose={(next) => set({ positions: next })}
    />
  </div>
);

const firstWay: Way = { how: 'add', strength: 4, layer: null, positions: 'last' };

function Body({ state, act }: SectionProps) {
  const { steer: now, vector, model } = state;
  const ref = useInSight<HTMLDivElement>((isInSight) => act.see({ steer: isInSight }));
  const layers = model?.trunk?.layers ?? 0;
  const [kept, keep] = useRemembered<Way>('steering', now?.steering ?? firstWay);
  const way = { ...kept, layer: kept.layer === null ? null : Math.min(kept.layer, layers) };
  const expression = vector?.result?.expression ?? now?.steering.expression ?? '';
  const run = (next: Way): void => act.post({ type: 'steer', steering: { ...next, expression } });
  const set = (change: Partial<Way>): void => {
    keep({ ...way, ...change });
    if (now) run({ ...way, ...change });
  };
  return (
    <div ref={ref} class="own-vector">
      <WayChoice way={way} set={set} layers={layers} result={now?.result ?? null} />
      {now?.steering.expression !== expression && (
        <div class="above">
          <Button primary onPress={() => run(way)}>
            {l10n.t('Run with {0}', expression)}
          </Button>
        </div>
      )}
      {now?.fault && <Faulty expression={now.steering.expression} fault={now.fault} />}
      {now && !now.fault && (
        <SecondRun
          title={now.steering.expression}
          of="steer"
          result={now.result}
          pending={pending(state)}
          said={now.result ? [sizesSentence(now.result, now.steering)] : []}
          promised={now.result?.promised}
          end={l10n.t('End the second run')}
          onEnd={() => act.post({ type: 'steer', steering: null })}
          chosen={chosenId(state)}
        />
      )}
      {now?.curve && <StrengthCurve curve={now.curve} strength={now.steering.strength} state={state} act={act} />}
    </div>
  );
}

export const steer: Section = {
  id: 'steer',
  title: () => l10n.t('Steer'),
  isFolded: true,
  shown: ({ model, text, vector, steer: now }) =>
    model !== null && text !== null && ((vector?.result ?? null) !== null || now !== null),
  missing: withoutLayers,
  finding: steerFinding,
  Controls: ChosenPlace,
  Body,
};
