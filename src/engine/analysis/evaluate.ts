import type { Control } from '../../shared/engine';
import { EngineError, said } from '../../shared/errors';
import { glyphPieces } from '../../shared/glyphs';
import { neuronName } from '../../shared/neurons';
import { figures, type Said } from '../../shared/said';
import type { Side } from '../../shared/sides';
import { english } from '../../shared/translator';
import { isOperand, operandsOf, parseExpression } from '../../shared/vectors/expression';
import type { Expression, Operand, ExpressionSpan } from '../../shared/vectors/expression';
import { neuronsIn } from '../architecture/hyperparameters';
import { norm, type Vector } from '../arrays/vectors';
import { inSpace, type Space } from '../directions/space';
import type { Model } from '../model/model';
import type { Vocabulary } from '../model/vocabulary';
import { wellFormed } from '../tokenizer/utf8';
import { neuronColumn } from '../trunk/neurons';
import { productsOf } from './layerHeads';
import { isWithin } from './limits';
import type { LoadedModel } from './positions';
import { residualVector } from './scope';
import type { CutText } from './tokenise';

/** An operand found in the model. */
interface Found {
  readonly node: Expression & Operand;
  readonly name: string;
  /** Of a token: its id, and the matrix that it is a row of. */
  readonly id?: number;
  readonly matrix?: Side;
  /** Of a residual: 0 … L. */
  readonly layer?: number;
  /** As the model has it, in model units. */
  readonly vector: Vector;
}

/** An expression whose operands were found. */
export interface Understood {
  readonly expression: Expression;
  /** From left to right. */
  readonly operands: readonly Found[];
  /** See `OwnVector`. */
  readonly side: Side;
}

const wrong = (sentence: string | Said, at: ExpressionSpan): EngineError =>
  new EngineError('bad-request', sentence, undefined, [], at);

/** Throws `EngineError('bad-request')` with a place in the text if it is no expression. */
export function parsed(text: string): Expression {
  const outcome = parseExpression(text, english);
  if ('fault' in outcome) throw wrong(outcome.fault.message, outcome.fault.at);
  return outcome.expression;
}

/** Finds the operands. Throws `EngineError('bad-request')` with the place of one that the model does not have. */
export async function understand(
  loaded: LoadedModel,
  expression: Expression,
  place: { readonly text: CutText; readonly position: number } | undefined,
  control: Control,
): Promise<Understood> {
  const { model } = loaded;
  const { vocabulary } = model;
  const last = model.served ? 0 : (model.runner?.hyperparameters.layers ?? 0);
  const residuals = new Map<number, Vector>();
  const operands: Found[] = [];
  for (const node of operandsOf(expression)) {
    const { span } = node;
    if (node.kind === 'neuron') {
      const name = neuronName(node);
      const { hyperparameters } = model.needRunner();
      if (
        !isWithin(node.layer, hyperparameters.layers) ||
        !isWithin(node.index, neuronsIn(hyperparameters, node.layer))
      )
        throw wrong(
          said`There is no neuron ${name}; the neurons of this model are n0.0 to n${hyperparameters.layers - 1}.${hyperparameters.feedForward - 1}.`,
          span,
        );
      const vector = neuronColumn(model.inFile, node.layer, node.index, productsOf(model, node.layer));
      operands.push({ node, name, vector });
      continue;
    }
    if (node.kind !== 'residual') {
      const id = node.kind === 'id' ? node.id : idOf(vocabulary, node);
      if (!isWithin(id, vocabulary.length))
        throw wrong(said`There is no token ${id}; the vocabulary has the ids 0 to ${vocabulary.length - 1}.`, span);
      const matrix = node.side ?? 'input';
      const vector = (matrix === 'input' ? model.embedding : model.directions.matrix).row(id);
      operands.push({ node, name: model.tokenizer.textOf(id), id, matrix, vector });
      continue;
    }
    const layer = node.layer ?? last;
    const name = node.layer === null ? 'h' : `r${layer}`;
    if (!place) throw wrong(said`${name} at character ${span.from + 1} is read in a text. Give a text.`, span);
    if (model.served && node.layer !== null)
      throw wrong(said`There is no ${name}: a server runs the layers of this model, and it sends only h.`, span);
    if (layer > last) throw wrong(said`There is no ${name}; the residuals of this model are r0 to r${last}.`, span);
    const { text, position } = place;
    const vector = residuals.get(layer) ?? (await residualVector(loaded, text, { position, layer }, control));
    residuals.set(layer, vector);
    operands.push({ node, name, layer, vector });
  }
  const side = operands.every(({ matrix }) => matrix === 'input') ? 'input' : 'output';
  return { expression, operands, side };
}

function idOf(vocabulary: Vocabulary, { text, exact, span }: Expression & { readonly kind: 'token' }): number {
  const texts = exact ? [text] : [` ${text}`, text];
  for (const one of texts) {
    const id = vocabulary.idOf(one);
    if (id !== undefined) return id;
  }
  const cut = vocabulary.cut(texts[0] as string);
  const shown = cut
    .slice(0, mostPieces)
    .map((id) => glyphPieces(vocabulary.token(id).bytes).map((piece) => piece.text));
  const into = `${shown.map((one) => one.join('')).join('|')}${cut.length > mostPieces ? '|…' : ''}`;
  const word = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  throw wrong(
    said`“${wellFormed(word)}” at character ${span.from + 1} is not a single token of this model, which cuts it into ${into}. Give a text of one token, or its id after #.`,
    span,
  );
}

const longestShown = 40;
const mostPieces = 8;

type Origin = Pick<Space, 'origin'>;
type Placeable = Pick<Found, 'matrix' | 'vector'>;

/** An operand in a space: the mean row is taken off if it is a row of the matrix that is searched. */
export const operandIn = (model: Model, { matrix, vector }: Placeable, side: Side, space: Origin): Vector =>
  matrix !== undefined && (model.tied || matrix === side) ? inSpace(vector, space) : vector;

/** The vector that an expression makes in a space, in float64. Throws `EngineError('bad-request')` beyond float64. */
export function evaluate(model: Model, { expression, operands, side }: Understood, space: Origin) {
  const vectors = new Map<Expression, Vector>(operands.map((one) => [one.node, operandIn(model, one, side, space)]));
  const valueOf = (node: Expression): Float64Array => {
    const made = isOperand(node) ? Float64Array.from(vectors.get(node) as Vector) : combined(node);
    const size = norm(made);
    if (size <= largestSize) return made;
    throw wrong(
      said`This vector is larger than ${figures(largestSize.toExponential())}. Give smaller numbers.`,
      node.span,
    );
  };
  const combined = (node: Exclude<Expression, Operand>): Float64Array => {
    switch (node.kind) {
      case 'sum':
        return added(node.terms.map(valueOf));
      case 'mean':
        return added(node.terms.map(valueOf)).map((value) => value / node.terms.length);
      case 'times':
        return valueOf(node.of).map((value) => value * node.factor);
      case 'unit': {
        const of = valueOf(node.of);
        const size = norm(of);
        return size === 0 ? of : of.map((value) => value / size);
      }
    }
  };
  return valueOf(expression);
}

const largestSize = 1e20;
/** A share of the terms' sizes. What is smaller is the rounding of float64, which has no direction of its own. */
const rounding = 1e-15;

function added(terms: readonly Float64Array[]): Float64Array {
  const [first, ...others] = terms as [Float64Array, ...Float64Array[]];
  const sum = first.slice();
  for (const term of others) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (term[i] as number);
  const sizes = terms.reduce((all, term) => all + norm(term), 0);
  return norm(sum) <= rounding * sizes ? sum.fill(0) : sum;
}
