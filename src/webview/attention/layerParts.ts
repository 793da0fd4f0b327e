import * as l10n from '@vscode/l10n';
import type { LayerPart } from '../../shared/ablation';
import { headNumber } from '../../shared/attention';
import type { PanelState } from '../../shared/panel';

/** A part in a sentence after its verb: `attention of layer 23`. */
export function partName(part: LayerPart): string {
  switch (part.kind) {
    case 'head':
      return l10n.t('head {0}', headNumber(part));
    case 'attention':
      return l10n.t('attention of layer {0}', part.layer);
    case 'feedForward':
      return l10n.t('feed-forward of layer {0}', part.layer);
  }
}

export const isSamePart = (a: LayerPart, b: LayerPart): boolean =>
  a.kind === b.kind && a.layer === b.layer && (a.kind !== 'head' || b.kind !== 'head' || a.head === b.head);

/** The push of a part at the chosen position. `null` while it is not known. */
export function pushOf(
  part: LayerPart,
  { attention: { grid }, journey }: Pick<PanelState, 'attention' | 'journey'>,
): number | null {
  switch (part.kind) {
    case 'head':
      return grid?.heads[part.layer]?.[part.head]?.push ?? null;
    case 'attention':
      return journey?.push.attention[part.layer] ?? null;
    case 'feedForward':
      return journey?.push.feedForward[part.layer] ?? null;
  }
}
