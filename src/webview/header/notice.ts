/** One sentence above the sections, and what can be done about it. */
export interface Notice {
  readonly kind:
    | 'working'
    | 'empty'
    | 'out-of-date'
    | 'failed'
    | 'cancelled'
    | 'not-loaded'
    | 'pinned'
    | 'cut'
    | 'other-selections'
    | 'whole-line'
    | 'model'
    | 'geometry'
    | 'backend';
  readonly text: string;
  readonly action?:
    | 'refresh'
    | 'again'
    | 'cancel'
    | 'showLog'
    | 'showSettings'
    | 'search'
    | 'load'
    | 'inspect'
    | 'follow'
    | 'geometry'
    | 'models';
  /** The action is what most people want next. */
  readonly primary?: boolean;
}
