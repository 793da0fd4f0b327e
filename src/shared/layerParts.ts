import type { Mixer, TrunkInfo } from './model';
import type { Translator } from './translator';

/** What a part of a layer is made of in place of attention and neurons. */
export interface MadeOf {
  readonly of?: Exclude<Mixer, 'attention'> | 'experts';
}

/** What the layers of a model are made of; absent without layers. */
export type LayerKinds = Pick<TrunkInfo, 'mixers' | 'experts'> | null | undefined;

type PartKind = 'attention' | 'feedForward';

export function madeOf(kind: PartKind, layer: number, kinds: LayerKinds): MadeOf {
  if (kind === 'feedForward') return kinds?.experts && !kinds.experts.hasDense ? { of: 'experts' } : {};
  const mixer = kinds?.mixers?.[layer] ?? 'attention';
  return mixer === 'attention' ? {} : { of: mixer };
}

export function layerPartName({ kind, of }: { readonly kind: PartKind } & MadeOf, l10n: Translator): string {
  if (of === 'convolution') return l10n.t('convolution');
  if (of === 'recurrence') return l10n.t('recurrence');
  if (of === 'experts') return l10n.t('experts');
  return kind === 'attention' ? l10n.t('attention') : l10n.t('feed-forward');
}

export const layerPartIn = (kind: PartKind, layer: number, kinds: LayerKinds, l10n: Translator): string =>
  layerPartName({ kind, ...madeOf(kind, layer, kinds) }, l10n);

/** The names that a part has in some layer. */
export function layerPartKinds(kind: PartKind, kinds: LayerKinds, l10n: Translator): readonly string[] {
  const mixers = kinds?.mixers ?? ['attention'];
  return [...new Set(mixers.map((_, layer) => layerPartIn(kind, layer, kinds, l10n)))].sort();
}

/** The name of a part of all layers: `attention / convolution`. */
export const layerPartNames = (kind: PartKind, kinds: LayerKinds, l10n: Translator): string =>
  layerPartKinds(kind, kinds, l10n).join(' / ');
