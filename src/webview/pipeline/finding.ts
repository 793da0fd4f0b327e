import * as l10n from '@vscode/l10n';
import type { TrunkInfo } from '../../shared/engine';
import type { PanelState } from '../../shared/panel';
import { count } from '../../shared/format';
import { addedCount, ownTotal } from '../../shared/place';
import { inWords } from '../parts/numbers';
import type { Words } from '../parts/words';
import { textLength } from './characters';

/** What the strip says as a whole: how many characters become how many vectors, and what stands at the ends. */
export function pipelineFinding(state: PanelState): Words {
  const { model, text, source } = state;
  if (!model || !text || !source) return [];
  const own = ownTotal(text);
  const vectors = own === 1 ? l10n.t('one vector') : l10n.t('{0} vectors', inWords(own));
  const ends = model.tied
    ? l10n.t('the same matrix turns ids into vectors and vectors into logits')
    : l10n.t('one matrix turns ids into vectors, another turns vectors into logits');
  const all =
    addedCount(text) > 0 ? l10n.t('{0}, and one comes before them', becomes(state, vectors)) : becomes(state, vectors);
  return [l10n.t('{0}; {1}', all, ends)];
}

function becomes(state: PanelState, vectors: string): string {
  const { unit, many } = textLength(state);
  if (unit === 'character')
    return many === 1
      ? l10n.t('1 character becomes {0}', vectors)
      : l10n.t('{0} characters become {1}', count(many), vectors);
  return many === 1
    ? l10n.t('1 UTF-16 unit becomes {0}', vectors)
    : l10n.t('{0} UTF-16 units become {1}', count(many), vectors);
}

/** The same length in few letters. */
function shortLength(state: PanelState): string {
  const { unit, many } = textLength(state);
  if (unit === 'character') return many === 1 ? l10n.t('1 char') : l10n.t('{0} chars', count(many));
  return many === 1 ? l10n.t('1 UTF-16 unit') : l10n.t('{0} UTF-16 units', count(many));
}

/** One stage of the pipeline: what goes in stands before it on the line. */
export interface Stage {
  /** Shape of the data that enters. */
  readonly enters: string;
  readonly name: string;
  readonly note: string;
  /** Section that shows more of it. */
  readonly section?: string;
  /** Share of the strip's width, relative to the others. */
  readonly weight: number;
}

export interface Strip {
  readonly stages: readonly Stage[];
  /** Shape of the data at the end. */
  readonly leaves: string;
}

/** What stands where nothing was computed. */
const unknown = '–';

/** The stages with this text's own shapes: positions × dimensions, positions × vocabulary. */
export function strip(state: PanelState): Strip | null {
  const { model, text, source } = state;
  if (!model || !text || !source) return null;
  const { total, leftOut, contextCount } = text;
  const positions = total - leftOut + contextCount;
  const vectors = `${count(positions)} ×\u00a0${count(model.dimensions)}`;
  const logits = `${count(positions)} ×\u00a0${count(model.vocabulary)}`;
  const length = shortLength(state);
  const ids = total + contextCount;
  const rows = count(model.vocabulary);
  const { trunk } = model;
  const unembedding = model.tied ? l10n.t('the same {0} rows', rows) : l10n.t('{0} rows of its own', rows);
  return {
    stages: [
      {
        enters: contextCount > 0 ? l10n.t('{0} + context', length) : length,
        name: l10n.t('Tokenizer'),
        note: model.tokenizer,
        section: 'tokens',
        weight: 4,
      },
      {
        enters: ids === 1 ? l10n.t('1 id') : l10n.t('{0} ids', count(ids)),
        name: l10n.t('Embedding'),
        note: l10n.t('{0} rows of {1}', rows, count(model.dimensions)),
        section: 'token',
        weight: 5,
      },
      ...(trunk
        ? [
            ...throughTheLayers(trunk, vectors),
            {
              enters: `h\u00a0${vectors}`,
              name: l10n.t('Unembedding'),
              note: unembedding,
              section: 'next-token',
              weight: 6,
            },
            {
              enters: logits,
              name: l10n.t('Softmax'),
              note: l10n.t('over all {0}', rows),
              section: 'next-token',
              weight: 4,
            },
          ]
        : [
            { enters: vectors, name: l10n.t('Layers'), note: l10n.t('not loaded'), weight: 9 },
            { enters: unknown, name: l10n.t('Unembedding'), note: unembedding, section: 'neighbours', weight: 6 },
          ]),
    ],
    leaves: trunk ? logits : unknown,
  };
}

function throughTheLayers(
  { layers, heads, position, feedForward, norm }: TrunkInfo,
  vectors: string,
): readonly Stage[] {
  const inner = count(feedForward);
  return [
    {
      enters: vectors,
      name: l10n.t('{0} layers', layers),
      note:
        heads === 1
          ? l10n.t('1 head, {0} position; {1} feed-forward', position, inner)
          : l10n.t('{0} heads, {1} position; {2} feed-forward', count(heads), position, inner),
      section: 'journey',
      weight: 9,
    },
    { enters: `r\u00a0${vectors}`, name: l10n.t('Final norm'), note: norm, weight: 4 },
  ];
}
