import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import { plain, signed } from '../../shared/format';
import type { SteerView } from '../../shared/instruments';
import type { Steered } from '../../shared/vectors/steering';
import { BeforeAfterTable, beforeAfterTable } from '../attention/ablation';
import { Button } from '../controls';
import { NumberField } from '../lab/options';
import { awaited } from '../parts/awaited';
import { copiedRows } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Faulty } from '../parts/expression';
import { residualPlace } from '../parts/layers';
import { passFocus } from '../parts/passFocus';
import { placeAmong } from '../parts/place';
import { useRemembered } from '../parts/remembered';
import { useInSight } from '../parts/sight';
import { Toggles } from '../parts/toggles';
import { withoutLayers } from '../parts/unknown';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { Curve } from './curve';
import { sizesSentence, steerFinding, strengthRange, type Way } from './steerWords';

/** The two predictions with the change that the linear push promised. */
function steeredTable(result: Steered): ReturnType<typeof beforeAfterTable> {
  const { columns, rows } = beforeAfterTable(result);
  const promised = {
    ...{ key: 'promised change', head: l10n.t('promised'), cells: 'quiet', print: signed },
    value: (_: unknown, index: number) => result.promised[index],
  };
  return { columns: [...columns, promised], rows };
}

interface SliderProps {
  readonly label: string;
  readonly range: { readonly least: number; readonly most: number; readonly step: number };
  readonly value: number;
  readonly text: (value: number) => string;
  readonly onChoose: (value: number) => void;
}

/** A slider that chooses once it is let go, since each choice is a run. */
function Slider({ label, range: { least, most, step }, value, text, onChoose }: SliderProps) {
  const [moved, setMoved] = useState(value);
  useEffect(() => setMoved(value), [value]);
  return (
    <>
      <input
        class="slider layer-slider"
        type="range"
        aria-label={label}
        aria-valuetext={text(moved)}
        {...{ min: least, max: most, step, value: moved }}
        onInput={({ currentTarget }) => setMoved(Number(currentTarget.value))}
        onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}
      />
      <span class="small quiet slider-text">{text(moved)}</span>
    </>
  );
}

interface WayProps {
  readonly way: Way;
  readonly set: (change: Partial<Way>) => void;
  readonly layers: number;
  readonly result: Steered | null;
}

/** Add or take out, how strongly, and where. */
const WayChoice = ({ way: { how, strength, layer, positions }, set, layers, result }: WayProps) => (
  <div class="scope-tools">
    <Toggles
      label={l10n.t('What happens to the residual')}
      options={[
        ['add', l10n.t('add to the residual')],
        ['remove', l10n.t('take out of the residual')],
      ]}
      value={how}
      onChoose={(next) => set({ how: next, strength: 1 })}
    />
    <div class="scope-tool">
      <NumberField
        label={l10n.t('strength')}
        value={strength}
        range={{ least: -1000, most: 1000, isFraction: true }}
        onChange={(value) => set({ strength: value })}
      />
      <Slider
        label={l10n.t('strength')}
        range={strengthRange(how, result)}
        value={strength}
        text={plain}
        onChoose={(value) => set({ strength: value })}
      />
    </div>
    <div class="scope-tool">
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
        />
      )}
    </div>
    <Toggles
      label={l10n.t('Positions')}
      options={[
        ['last', l10n.t('at this position')],
        ['all', l10n.t('at all up to it')],
      ]}
      value={positions}
      onChoose={(next) => set({ positions: next })}
    />
  </div>
);

interface SteeredProps extends Pick<SectionProps, 'state' | 'act'> {
  readonly steer: SteerView;
}

/** The run with the vector beside the run without it. */
function SteeredRun({ steer: { steering, result, curve, fault }, state, act }: SteeredProps) {
  if (fault) return <Faulty expression={steering.expression} fault={fault} />;
  if (!result)
    return (
      <Pending>
        {awaited(state, l10n.t('Load the model to run the text with this vector.')) ??
          l10n.t('Running the text with this vector.')}
      </Pending>
    );
  return (
    <>
      <p data-fact="steered-sizes">{sizesSentence(result, steering)}</p>
      <BeforeAfterTable table={steeredTable(result)} chosen={chosenId(state)} />
      <p class="note">
        {l10n.t('“Promised” is the change of a logit if no later layer reacted and the final norm divided as before.')}
      </p>
      {curve && <Curve curve={curve} strength={steering.strength} state={state} act={act} />}
    </>
  );
}

function Body({ state, act }: SectionProps) {
  const { steer: now, vector, model } = state;
  const ref = useInSight<HTMLDivElement>((isInSight) => act.see({ steer: isInSight }));
  const layers = model?.trunk?.layers ?? 0;
  const [kept, keep] = useRemembered<Way>('steering', { how: 'add', strength: 4, layer: null, positions: 'last' });
  const way = { ...kept, layer: kept.layer === null ? null : Math.min(kept.layer, layers) };
  const expression = vector?.result?.expression ?? now?.steering.expression ?? '';
  const run = (next: Way): void => act.post({ type: 'steer', steering: { expression, ...next } });
  const set = (change: Partial<Way>): void => {
    keep({ ...way, ...change });
    if (now) run({ ...way, ...change });
  };
  return (
    <div ref={ref} class="own-vector">
      <WayChoice way={way} set={set} layers={layers} result={now?.result ?? null} />
      <div class="vector-field">
        {now?.steering.expression !== expression && (
          <Button primary onPress={() => run(way)}>
            {l10n.t('Run with {0}', expression)}
          </Button>
        )}
        {now && (
          <Button
            onPress={(event) => {
              passFocus(event, 'section', 'h2');
              act.post({ type: 'steer', steering: null });
            }}
          >
            {l10n.t('End the second run')}
          </Button>
        )}
      </div>
      {now && <SteeredRun steer={now} state={state} act={act} />}
    </div>
  );
}

const Controls = ({ state: { steer: now, text, position }, act }: SectionProps) => (
  <>
    {text && position !== null && <span class="small quiet">{placeAmong(text, position)}</span>}
    {now?.result && (
      <Copy
        label={l10n.t('Copy the two predictions as a table')}
        copied={l10n.t('Copied the two predictions')}
        tables={() => (now.result ? [copiedRows(steeredTable(now.result))] : [])}
        act={act}
      />
    )}
  </>
);

export const steer: Section = {
  id: 'steer',
  title: () => l10n.t('Steer'),
  shown: ({ model, text, vector, steer: now }) =>
    model !== null && text !== null && ((vector?.result ?? null) !== null || now !== null),
  missing: withoutLayers,
  finding: steerFinding,
  Controls,
  Body,
};
