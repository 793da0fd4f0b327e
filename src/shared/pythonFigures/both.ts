import { bothOf, charactersOf, tokensIn, type OtherTokens, type SameTokens } from '../both';
import type { ModelInfo } from '../model';
import type { PanelState } from '../panel';
import { hasMatrices, idsOf, matrixName, runsInPython, type Figure } from './figure';

// The figures of the room of two models. Their scripts read both files.

type FigureOf = (state: PanelState, model: ModelInfo) => Figure | null;

const readsBoth = (reads: (model: ModelInfo) => boolean, of: FigureOf): FigureOf => {
  return (state, model) => {
    const { other } = state.both;
    return other && reads(model) && reads(other.info) ? of(state, model) : null;
  };
};

/** The ids that both models ran. */
function idsOfBoth(state: PanelState): readonly number[] {
  const { text } = state.both;
  return text?.kind === 'same' ? idsOf(state).slice(0, text.length) : [];
}

function sameText(state: PanelState, { length }: SameTokens): Figure | null {
  const { text } = state;
  const ids = idsOfBoth(state);
  // Only the first ids of a very long text are known, but the sums cover all of it.
  if (!text || ids.length < length || length < 2) return null;
  const first = Math.max(1, text.contextCount);
  const characters = charactersOf(text.tokens.slice(first, length));
  return { script: 'bothText', values: { ids, first, characters } };
}

function otherText(state: PanelState, { tokens, spans }: OtherTokens): Figure | null {
  // B's ids of the context are not known.
  if (state.text?.contextCount !== 0) return null;
  const values = {
    cuts: tokens.map((cut) => cut.map(({ id }) => id)),
    spans: spans.map((span) => bothOf((side) => tokensIn(tokens[side], span).map(({ index }) => index))),
  };
  return { script: 'bothCuts', values };
}

const atPosition = (script: string, of: (state: PanelState) => Figure['values']): FigureOf =>
  readsBoth(runsInPython, (state) => {
    const { position } = state.both;
    const ids = idsOfBoth(state);
    return position && position.position < ids.length
      ? { script, values: { ids, position: position.position, ...of(state) } }
      : null;
  });

export const figuresOfBoth = {
  bothText: readsBoth(runsInPython, (state) => {
    const { text } = state.both;
    return text && (text.kind === 'same' ? sameText(state, text) : otherText(state, text));
  }),
  bothNext: atPosition('bothNext', ({ both }) => ({
    tokens: both.position?.tokens.map(({ token }) => token.id) ?? [],
  })),
  bothLayers: atPosition('bothLayers', () => ({})),
  bothRows: readsBoth(hasMatrices, ({ both: { rows } }) => {
    if (!rows) return null;
    const values = { count: rows.resized.length, tokens: rows.tokens.map(({ token }) => token.id) };
    return { script: 'bothRows', values, code: { rows: matrixName(rows.matrix) } };
  }),
  bothNeighbours: readsBoth(hasMatrices, ({ both: { neighbours } }) => {
    if (!neighbours) return null;
    const values = { id: neighbours.row.token.id, count: neighbours.lists.euclidean[0].length };
    return { script: 'bothNeighbours', values, code: { rows: matrixName(neighbours.matrix) } };
  }),
} as const satisfies Readonly<Record<string, FigureOf>>;
