import * as l10n from '@vscode/l10n';
import type { TrunkInfo } from '../../shared/engine';
import { count, plural } from '../../shared/format';
import { predicts, takesApart } from '../../shared/model';
import { serverPlace } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { addedCount, coveredCount, ownTokens, ownTotal } from '../../shared/place';
import { translated } from '../../shared/said';
import { SectionLink } from '../controls';
import { layerCount } from '../parts/layers';
import { charCount } from '../parts/numbers';
import type { Words } from '../parts/words';
import { headingId, type Section, type SectionProps } from '../section';

/** A state that the strip can be drawn from. */
type Inspected = { readonly [K in 'model' | 'text' | 'source']: NonNullable<PanelState[K]> };

const inspected = ({ model, text, source }: PanelState): Inspected | null =>
  model && text && source ? { model, text, source } : null;

/** Tokens that the model does not read. Without layers it has a vector for every token. */
const leftOut = ({ model, text }: Inspected): number => (predicts(model) ? text.leftOut : 0);

/** Code points of the text that the model reads; of a conversation's, as far as its tokens are drawn. */
function characterCount({ model, text, source }: Inspected): number {
  if (leftOut({ model, text, source }) === 0 && !text.chat) return source.characters;
  const tokens = ownTokens(text).slice(0, coveredCount(text));
  // `end` counts UTF-16 units; a byte from F0 on begins a character of two.
  const pairs = tokens.flatMap(({ bytes }) => bytes.filter((byte) => byte >= 0xf0)).length;
  return (tokens.at(-1)?.end ?? 0) - pairs;
}

/** The strip in a sentence: how many characters become how many vectors, and which matrices the model has. */
export function pipelineFinding(state: PanelState): Words {
  const known = inspected(state);
  if (!known) return [];
  const { model, text } = known;
  const length = ownTotal(text) - leftOut(known);
  const vectors = plural(length, { 1: l10n.t('one vector'), other: l10n.t('{0} vectors', count(length)) });
  const becomes = `${charCount(characterCount(known))} → ${vectors}`;
  const all = addedCount(text) > 0 ? l10n.t('{0}, and the model adds one before them', becomes) : becomes;
  if (!model.sizes) return [all];
  const matrices = model.tied
    ? l10n.t('the same matrix turns ids into vectors and vectors into logits')
    : l10n.t('one matrix turns ids into vectors, another turns vectors into logits');
  return [l10n.t('{0}; {1}', all, matrices)];
}

/** One stage of the pipeline. */
interface Stage {
  /** Shape of the data that enters. */
  readonly enters: string;
  readonly name: string;
  readonly note: string;
  /** The section with more about it. */
  readonly section?: string;
  /** Relative width. */
  readonly weight: number;
}

interface Strip {
  readonly stages: readonly Stage[];
  /** Shape of the data at the end. */
  readonly leaves: string;
}

const notComputed = '–';
/** Beside a stage of which nothing is known here. */
const unknown = '–';

/** The stages of the model with the shapes of this text. Every count is of the tokens that the model reads. */
export function strip(state: PanelState): Strip | null {
  const known = inspected(state);
  if (!known) return null;
  const { model, text } = known;
  const { total, contextCount } = text;
  const positions = total - leftOut(known) + contextCount;
  // A server may tell neither; then the letters of the equations stand there.
  const vectors = `${count(positions)} ×\u00a0${model.dimensions > 0 ? count(model.dimensions) : 'd'}`;
  const logits = `${count(positions)} ×\u00a0${model.vocabulary > 0 ? count(model.vocabulary) : 'V'}`;
  const characters = characterCount(known);
  const length = charCount(characters);
  const rows = count(model.vocabulary);
  const { trunk } = model;
  const unembedding = !model.sizes
    ? unknown
    : model.tied
      ? l10n.t('the same {0} rows', rows)
      : l10n.t('{0} rows of its own', rows);
  return {
    stages: [
      {
        enters: contextCount > 0 ? l10n.t('{0} + context', length) : length,
        name: l10n.t('Tokenizer'),
        note: translated(model.tokenizer, l10n),
        section: 'tokens',
        weight: 4,
      },
      {
        enters: plural(positions, {
          one: l10n.t('{0} id', count(positions)),
          other: l10n.t('{0} ids', count(positions)),
        }),
        name: l10n.t('Embedding'),
        note: model.sizes ? l10n.t('{0} rows of {1}', rows, count(model.dimensions)) : unknown,
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
            {
              enters: vectors,
              name: l10n.t('Layers'),
              note: model.server ? l10n.t('on {0}', serverPlace(model.server.address)) : l10n.t('not loaded'),
              weight: 9,
            },
            {
              enters: takesApart(model) && state.run ? `h\u00a0${vectors}` : notComputed,
              name: l10n.t('Unembedding'),
              note: unembedding,
              section: 'neighbours',
              weight: 6,
            },
          ]),
    ],
    leaves: predicts(model) && (trunk || state.run) ? logits : notComputed,
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
      name: layerCount(layers),
      note: l10n.t('heads: {0}, {1} position; {2} feed-forward', count(heads), position, inner),
      section: 'journey',
      weight: 9,
    },
    { enters: `r\u00a0${vectors}`, name: l10n.t('Final norm'), note: norm, weight: 4 },
  ];
}

function PipelineBody({ state, act, shown }: SectionProps) {
  const { stages, leaves } = strip(state) ?? { stages: [], leaves: '' };
  return (
    <ol class="pipeline" aria-label={l10n.t('The stages of the model, with the shape of the data that enters each')}>
      {stages.map(({ enters, name, note, section, weight }, index) => (
        <li class="stage" style={{ flexGrow: weight }}>
          <span class="shape">{enters}</span>
          <span class="stage-box" style={{ minWidth: `${weight * 11}px` }}>
            <span class="stage-name">
              {section !== undefined && shown.includes(section) ? (
                <SectionLink to={headingId(section)} onFollow={() => act.goTo(section)}>
                  {name}
                </SectionLink>
              ) : (
                name
              )}
            </span>
            <span class="arrow" aria-hidden="true" />
            <span class="small quiet stage-note">{note}</span>
          </span>
          <span class="shape leaves">{index === stages.length - 1 ? leaves : (stages[index + 1]?.enters ?? '')}</span>
        </li>
      ))}
    </ol>
  );
}

export const pipeline: Section = {
  id: 'pipeline',
  title: () => l10n.t('Pipeline'),
  isFolded: true,
  shown: (state) => strip(state) !== null,
  finding: pipelineFinding,
  Body: PipelineBody,
};
