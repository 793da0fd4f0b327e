import * as l10n from '@vscode/l10n';
import { range } from 'd3-array';
import type { Journey } from '../../shared/layers';
import type { RunView } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import type { Actions } from '../actions';
import { layerOf, residualPlace, shortResidual } from '../parts/layers';
import { useRemembered } from '../parts/remembered';
import { gridStep, useRoving } from '../parts/roving';
import { Sentence } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { useWidth } from '../parts/width';
import { AnglesPicture } from './angles';
import { AddedPicture, PushPicture } from './bars';
import type { LayerRows } from './figure';
import { pictureLines, axisHeight, headHeight, rowHeight } from './geometry';
import { layerWords, meanWords, sinkWords, totalWords } from './reading';
import { SizesPicture } from './sizes';

const drawings = { angles: AnglesPicture, sizes: SizesPicture, added: AddedPicture, push: PushPicture };

interface ChartsProps {
  readonly journey: Journey;
  readonly text: TextView;
  readonly run: RunView;
  readonly chosen: number | undefined;
  /** Whether the model soft-caps its logits. */
  readonly capped: boolean;
  readonly lit: number | null;
  readonly onLight: (layer: number | null) => void;
  readonly act: Actions;
}

/** The four charts of a position, layer by layer, and their numbers in words. */
export function Charts({ journey, text, run, chosen, capped, lit, onLight, act }: ChartsProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [wantsLessMean, setLessMean] = useRemembered('less mean', false);
  // The mean cancels out in a difference of two logits.
  const lessMean = wantsLessMean && !journey.pair;
  const residuals = journey.residualSize.length;
  const roving = useRoving(residuals, residuals - 1, (key, at) =>
    gridStep(key, at, { count: residuals, rows: residuals }),
  );
  const rows: LayerRows = { residuals, lit, onLight, onClickLayer: roving.focus };
  const choose = (layer: number): void => {
    act.post({ type: 'chooseAxis', axis: { kind: 'residual', position: journey.position, layer } });
    act.goTo('vectorscope');
  };
  const shared = { journey, run, text, rows, lessMean, chosen };
  const sink = sinkWords(journey, text, run);
  return (
    <div class="journey-charts" ref={ref}>
      {width > 0 && (
        <div data-picture="journey" onMouseLeave={() => onLight(null)}>
          {pictureLines(width).map((line, index) => (
            <div class="journey-line">
              <LayerNumbers rows={rows} roving={index === 0 ? roving : null} onChoose={choose} />
              {line.map(({ picture, width: room }) => {
                const Picture = drawings[picture];
                return <Picture {...shared} width={room} />;
              })}
            </div>
          ))}
        </div>
      )}
      <p class="note journey-reading" data-fact="layer" data-layer={lit ?? ''}>
        {lit === null ? (
          l10n.t(
            'r is the residual, the vector that the layers add to; norm(r) is r after the final norm. Point at a layer to read its numbers, or move with the arrow keys. Enter makes its residual the axis of the vectorscope.',
          )
        ) : (
          <Sentence words={layerWords(journey, lit, lessMean)} chosen={chosen} />
        )}
      </p>
      {!journey.pair && (
        <div class="journey-push">
          <span class="small quiet">{l10n.t('Push')}</span>
          <Toggles
            label={l10n.t('Push')}
            options={[
              ['plain', l10n.t('as it is')],
              ['less', l10n.t('minus the mean push')],
            ]}
            value={lessMean ? 'less' : 'plain'}
            onChoose={(choice) => setLessMean(choice === 'less')}
          />
        </div>
      )}
      <p class="note" data-fact="total">
        <Sentence words={totalWords(journey, lessMean)} chosen={chosen} /> {!journey.pair && meanWords(capped)}
      </p>
      {sink && (
        <p class="note" data-fact="sink">
          <Sentence words={sink} chosen={chosen} />
        </p>
      )}
    </div>
  );
}

export const layerClass = (layer: number, lit: number | null): string =>
  layer === lit ? 'layer-number lit' : layerOf(layer) % 5 === 0 ? 'layer-number marked' : 'layer-number';

interface LayerNumbersProps {
  readonly rows: LayerRows;
  /** Keys that move through the rows. `null` for a second column, which a screen reader skips. */
  readonly roving: ReturnType<typeof useRoving> | null;
  readonly onChoose: (layer: number) => void;
}

/** The layer numbers. Each is a button that makes its residual the axis of the vectorscope. */
export function LayerNumbers({ rows: { residuals, lit, onLight }, roving, onChoose }: LayerNumbersProps) {
  const layers = range(residuals);
  const space = { paddingTop: `${headHeight + axisHeight}px` };
  if (!roving)
    return (
      <div class="layer-numbers" style={space} aria-hidden="true">
        {layers.map((layer) => (
          <div class={layerClass(layer, lit)} style={{ height: `${rowHeight}px` }}>
            {shortResidual(layer)}
          </div>
        ))}
      </div>
    );
  return (
    <div
      class="layer-numbers"
      style={space}
      role="group"
      aria-label={l10n.t('Layers')}
      {...roving.group}
      onFocusOut={() => onLight(null)}
    >
      <div class="layer-word" aria-hidden="true">
        {l10n.t('layer')}
      </div>
      {layers.map((layer) => (
        <button
          type="button"
          class={layerClass(layer, lit)}
          style={{ height: `${rowHeight}px` }}
          aria-label={l10n.t('Show the residual {0} in the vectorscope', residualPlace(layer))}
          onMouseEnter={() => onLight(layer)}
          onFocus={() => onLight(layer)}
          onClick={() => onChoose(layer)}
          {...roving.item(layer)}
        >
          {shortResidual(layer)}
        </button>
      ))}
    </div>
  );
}
