import type { Words } from '../parts/words';

/** A sentence above the sections, with at most one action, and a link to the section that it is about. */
export interface Notice {
  readonly kind:
    | 'working'
    | 'empty'
    | 'first-steps'
    | 'guide'
    | 'out-of-date'
    | 'failed'
    | 'cancelled'
    | 'not-downloaded'
    | 'not-sent'
    | 'not-loaded'
    | 'pinned'
    | 'cut'
    | 'other-selections'
    | 'whole-line'
    | 'model'
    | 'geometry'
    | 'served'
    | 'backend'
    | 'part-left-out'
    | 'compared';
  readonly text: string;
  /** The same sentence, where it names tokens. */
  readonly words?: Words;
  readonly action?:
    | 'refresh'
    | 'again'
    | 'changeKey'
    | 'cancel'
    | 'showLog'
    | 'showSettings'
    | 'search'
    | 'load'
    | 'download'
    | 'inspect'
    | 'follow'
    | 'geometry'
    | 'models'
    | 'manageTrust'
    | 'send'
    | 'openSample'
    | 'openGuide'
    | 'endAblation'
    | 'endComparison';
  /** The action is the usual next step. */
  readonly primary?: boolean;
  /** Id of the section that has the result. */
  readonly section?: string;
  /** Id of the part of that section. */
  readonly part?: string;
}
