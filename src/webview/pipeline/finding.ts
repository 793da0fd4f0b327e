import type { PanelState } from '../../shared/panel';
import { count, inWords, plural } from '../../shared/format';
import type { Words } from '../parts/words';
import { textLength } from './characters';

/** What the strip says as a whole: how many characters become how many vectors, and what stands at the ends. */
export function pipelineFinding(state: PanelState): Words {
  const { model, text, source } = state;
  if (!model || !text || !source) return [];
  const ends = model.tied ? 'one matrix stands at both ends' : 'two matrices stand at the ends';
  const vectors = text.total === 1 ? 'one vector' : `${inWords(text.total)} vectors`;
  const length = textLength(state, 'character');
  const verb = length.startsWith('1 ') ? 'becomes' : 'become';
  return [`${length} ${verb} ${vectors}; ${ends}`];
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

/** The stages with this text's own shapes: positions × dimensions, positions × vocabulary. */
export function strip(state: PanelState): Strip | null {
  const { model, text, source } = state;
  if (!model || !text || !source) return null;
  const { total, leftOut, contextCount } = text;
  const positions = total - leftOut + contextCount;
  const vectors = `${count(positions)} ×\u00a0${count(model.dimensions)}`;
  const logits = `${count(positions)} ×\u00a0${count(model.vocabulary)}`;
  const chars = textLength(state, 'char');
  const rows = `${count(model.vocabulary)} rows`;
  return {
    stages: [
      { enters: contextCount > 0 ? `${chars} + context` : chars, name: 'Tokenizer', note: model.tokenizer, section: 'tokens', weight: 4 },
      { enters: plural(total + contextCount, 'id'), name: 'Embedding', note: `${rows} of ${count(model.dimensions)}`, section: 'token', weight: 5 },
      { enters: vectors, name: `${model.layers} layers`, note: `${plural(model.heads, 'head')}, ${model.position} position; ${count(model.feedForward)} feed-forward`, section: 'journey', weight: 9 },
      { enters: `r\u00a0${vectors}`, name: 'Final norm', note: model.norm, weight: 4 },
      { enters: `h\u00a0${vectors}`, name: 'Unembedding', note: model.tied ? `the same ${rows}` : `${rows} of its own`, section: 'next-token', weight: 6 },
      { enters: logits, name: 'Softmax', note: `over all ${count(model.vocabulary)}`, section: 'next-token', weight: 4 },
    ],
    leaves: logits,
  };
}
