import type { VocabularyToken, Metric } from '../../shared/tokens';
import type { Camera } from './camera';
import type { Geometry } from './geometry';

/** A token that is named in the picture. */
export interface Lit {
  readonly token: VocabularyToken;
  /** 1-based, by the chosen metric. */
  readonly rank: number;
  readonly up: number;
  readonly across: number;
  /** What a screen reader says of it. */
  readonly label: string;
}

/** What the picture shows. */
export interface Scene {
  readonly geometry: Geometry;
  readonly metric: Metric;
  readonly lit: readonly Lit[];
  /** The chosen token, where it is not the axis. */
  readonly chosen: Lit | null;
  /** The axis's name: a token, or h. */
  readonly axis: { readonly name: string; readonly token: VocabularyToken | null; readonly size: string };
  /** Heights may be drawn larger than widths. */
  readonly stretched: boolean;
  /** What a height times ‖axis‖ is called. */
  readonly heightName: string;
}

/** What the user does to the picture. */
export interface Pointing {
  /** A token under the mouse or the focus, with where it stands. */
  readonly onPoint: (pointed: { readonly id: number; readonly x: number; readonly y: number } | null) => void;
  readonly onChoose: (id: number) => void;
  /** The part of the plane that is seen has changed; `outside` tokens are not in it. */
  readonly onView: (view: { readonly camera: Camera; readonly outside: number; readonly isHome: boolean }) => void;
}
