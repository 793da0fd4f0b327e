import * as l10n from '@vscode/l10n';
import { axisHeight, headHeight, rowHeight } from './geometry';
import type { Rows } from './figure';
import type { useRoving } from '../parts/roving';

/** Every fifth layer is easier to find. */
const isMarked = (layer: number): boolean => layer % 5 === 0;

export const layerClass = (layer: number, lit: number | null): string =>
  layer === lit ? 'layer-number lit' : isMarked(layer) ? 'layer-number marked' : 'layer-number';

interface LayerNumbersProps {
  readonly rows: Rows;
  /** Where the rows are moved through by keyboard; null: they are told elsewhere. */
  readonly roving: ReturnType<typeof useRoving> | null;
  readonly onChoose: (layer: number) => void;
}

/** The numbers of the rows; each is a button that makes its residual the axis. */
export function LayerNumbers({ rows: { residuals, lit, onLight }, roving, onChoose }: LayerNumbersProps) {
  const layers = Array.from({ length: residuals }, (_, layer) => layer);
  const space = { paddingTop: `${headHeight + axisHeight}px` };
  if (!roving) {
    return (
      <div class="layer-numbers" style={space} aria-hidden="true">
        {layers.map((layer) => (
          <div class={layerClass(layer, lit)} style={{ height: `${rowHeight}px` }}>
            {layer}
          </div>
        ))}
      </div>
    );
  }
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
          aria-label={
            layer === 0
              ? l10n.t('Layer 0, before the layers: show the residual in the vectorscope')
              : l10n.t('Layer {0}: show the residual in the vectorscope', layer)
          }
          onMouseEnter={() => onLight(layer)}
          onFocus={() => onLight(layer)}
          onClick={() => onChoose(layer)}
          {...roving.item(layer)}
        >
          {layer}
        </button>
      ))}
    </div>
  );
}
