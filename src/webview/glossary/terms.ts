import * as l10n from '@vscode/l10n';
import type { Range } from '../../shared/tokens';

/** Letters or a word that a reader may not know. The panel explains it where it stands. */
export interface Term {
  /** All its forms in the panel, the usual one first. Letters are matched as they stand, words in any case. */
  readonly written: readonly string[];
  readonly meaning: string;
}

/** The forms in a translated list of them. */
export const formsOf = (list: string): readonly string[] => list.split(/[,、]\s*/);

export const terms = (): readonly Term[] =>
  sentences().map((sentence) => {
    const [, forms = '', meaning = ''] = /^(.+?)[:：]\s*(.+)$/.exec(sentence) ?? [];
    return { written: formsOf(forms), meaning };
  });

/** All forms of each term, a colon, and what it means. */
const sentences = (): readonly string[] => [
  l10n.t(
    'h, ‖h‖: h is the vector that the model ends with at a position. Its dot product with a token’s vector is the token’s logit. ‖h‖ is its size.',
  ),
  l10n.t(
    'r, ‖r‖: r is the residual: the vector of a position between two layers. Every layer adds to it. ‖r‖ is its size.',
  ),
  l10n.t('r₀: r₀ is the residual before the first layer: the vector that enters the layers.'),
  l10n.t(
    'u, ‖u‖, output row, output rows: u is a token’s output vector: its row in the unembedding, the matrix that turns h into logits. ‖u‖ is its size.',
  ),
  l10n.t(
    'e, ‖e‖, input vector, input vectors: e is a token’s input vector: its row in the embedding, the matrix that turns a token’s id into a vector. ‖e‖ is its size.',
  ),
  l10n.t('q, ‖q‖: q is the vector that the others are compared with: that of the chosen token.'),
  l10n.t('w, ‖w‖: w is the vector of the token in the row. It is compared with q.'),
  l10n.t(
    'θ: θ is the angle between two vectors. Its cosine, cos θ, is 1 for the same direction, 0 for a right angle and −1 for opposite directions.',
  ),
  l10n.t('ε: ε is a very small number that the norm adds, so that it never divides by zero.'),
  l10n.t(
    'token, tokens: A token is a piece of text that the model reads as one symbol: often a word with the space before it.',
  ),
  l10n.t('id, ids: An id is the number of a token in the vocabulary. The model reads and predicts ids.'),
  l10n.t(
    'vector, vectors: A vector is a list of numbers, one for each dimension. Drawn as an arrow it has a direction and a length, which is its size.',
  ),
  l10n.t(
    'matrix, matrices: A matrix is a table of numbers. In the embedding and the unembedding each row is the vector of a token.',
  ),
  l10n.t('vocabulary: The vocabulary is the list of all tokens that the model knows.'),
  l10n.t('tokenizer: The tokenizer is the part that cuts text into tokens.'),
  l10n.t(
    'layer, layers: A layer is one step of the model: attention, then feed-forward. Each adds a vector to the residual. Layers count from 0.',
  ),
  l10n.t(
    'head, heads: A head is one of several parts of attention that work side by side. Each looks for something different in the text. Head 23.4 is head 4 of layer 23; both count from 0.',
  ),
  l10n.t('metric, metrics: A metric is a way to compare two vectors: distance, cosine or dot product.'),
  l10n.t('bias, biases: A bias is a number that the model adds to a result, whatever the text is.'),
  l10n.t(
    'attention sink, sink: An attention sink is a position that heads look at when nothing else is useful. Its residual is very large.',
  ),
  l10n.t(
    'dimension, dimensions: A dimension is one place in a vector. Each number in the vector belongs to one dimension.',
  ),
  l10n.t(
    'massive activation: A massive activation is a number in a residual that is hundreds of times as large as most others. Few dimensions have one, mostly at an attention sink.',
  ),
  l10n.t(
    'neuron, neurons: A neuron is one of the many parts of feed-forward. It reads one direction of the residual, and the more it fires, the more it adds of another, its column.',
  ),
  l10n.t(
    'query: Inside attention each position has a query and a key. The better its query matches the key of a position, the more it takes from there.',
  ),
  l10n.t(
    'special tokens, control token, control tokens: A special or control token marks a place, such as the end of a message. In a text only its own name, written in full, becomes one.',
  ),
  l10n.t(
    'chat template, chat templates, template, templates: A chat template comes with the model and turns the messages of a conversation into one text, with control tokens between them.',
  ),
  l10n.t(
    'byte fragment, byte fragments: A byte fragment is a token for a part of a character, since many characters are stored as several bytes.',
  ),
  l10n.t('radian, radians: A radian is an angle of about 57 degrees: a full turn has 2π of them.'),
  l10n.t('parameters: The parameters are the numbers that the model learned in training.'),
  l10n.t(
    'model units: Model units are the scale of the model’s own numbers. Use them to compare vectors within one model, not between two.',
  ),
  l10n.t('WASM: WASM is WebAssembly: the model computes on the processor.'),
  l10n.t('WebGPU, GPU: The GPU is the graphics card. WebGPU lets the model compute on it.'),
  l10n.t(
    'ONNX Runtime: ONNX Runtime is a program by Microsoft that computes models. Vectorscope can use it instead of its own code.',
  ),
  l10n.t(
    'logit, logits: A logit is a token’s score as the next token: the dot product of h with the token’s output vector. A larger logit means a larger probability.',
  ),
  l10n.t(
    'temperature: A temperature divides all logits by one number. Above 1 the probabilities become more even, below 1 the first takes more. The order stays.',
  ),
  l10n.t(
    'distance, distances: The distance between two vectors is the length of the straight line between their tips. A model never computes it.',
  ),
  l10n.t(
    'dot product: The dot product of two vectors is the product of their sizes and the cosine of the angle between them.',
  ),
  l10n.t(
    'cosine, cosines: The cosine measures how alike two directions are, whatever the sizes: 1 is the same direction, 0 a right angle.',
  ),
  l10n.t('aligned: The better two vectors are aligned, the smaller the angle between them.'),
  l10n.t(
    'size, sizes: The size of a vector is the length of its arrow: the square root of the sum of the squares of its numbers.',
  ),
  l10n.t(
    'centred: Centred vectors have the mean of all the matrix’s rows subtracted, so that what all tokens share no longer counts.',
  ),
  l10n.t('gain: The gain is a list of factors, one for each dimension. The final norm multiplies the residual by it.'),
  l10n.t(
    'norm: A norm is a step that scales a vector to a fixed size and then multiplies each number by its gain, so sizes differ again.',
  ),
  l10n.t(
    'residual, residuals: The residual is the vector that a position carries through the model. Each layer reads it and adds to it.',
  ),
  l10n.t(
    'entropy: Entropy measures how uncertain a prediction is, in bits: 0 if one token is certain, 1 for two equally likely ones, 2 for four.',
  ),
  l10n.t(
    'KL divergence, KL, divergence: The KL divergence measures how far one prediction is from another, in bits: 0 if they are the same, and larger the more the two disagree.',
  ),
  l10n.t(
    'KLD: KLD is llama.cpp’s short name for the KL divergence of B’s prediction from A’s: the sum over all tokens of p(A) × log₂(p(A) ÷ p(B)). Of the predictions of a text’s tokens, 90 % have at most the 90 % KLD.',
  ),
  l10n.t('nat, nats: A nat is a unit of information like the bit: 1 bit is 0.693 nats.'),
  l10n.t(
    'Δp, mean Δp, RMS Δp: The change Δp is B’s probability of the token that really follows, minus A’s. RMS Δp is the square root of the mean of its squares.',
  ),
  l10n.t('same top p: Same top p is the share of predictions whose likeliest token is the same in both models.'),
  l10n.t(
    'bits a character: Bits a character are the summed surprisal of a text’s tokens, divided by its characters. They compare models that cut the text differently.',
  ),
  l10n.t(
    'perplexity: Perplexity is 2 to the power of the mean surprisal of a token in bits. A choice between that many equally likely tokens would be as uncertain.',
  ),
  l10n.t(
    'tensor, tensors: A tensor is a table of numbers in a model’s file: a matrix, a vector, or several matrices in one.',
  ),
  l10n.t(
    'standard deviation: The standard deviation measures how far numbers are from their mean: the root of the mean square of the differences.',
  ),
  l10n.t(
    'principal component: The first principal component of many vectors is the direction along which they differ most.',
  ),
  l10n.t(
    'surprisal: Surprisal measures how unexpected a token was, in bits: 0 if it was certain, 1 at a probability of one half, 10 at about one in a thousand.',
  ),
  l10n.t('softmax: The softmax turns logits into probabilities that add up to 1.'),
  l10n.t('embedding: The embedding is the matrix with one input vector for each token.'),
  l10n.t(
    'unembedding: The unembedding is the matrix with one output vector for each token. Many models use the embedding for it.',
  ),
  l10n.t('attention: Attention is the part of a layer that brings in information from earlier positions.'),
  l10n.t(
    'attention weight, attention weights: An attention weight says how much a head takes from a position: 0 is nothing. The weights of a position add up to 1.',
  ),
  l10n.t(
    'convolution, convolutions: A convolution is the part of a layer that mixes a position with the few before it, always by the same factors.',
  ),
  l10n.t(
    'recurrence, recurrences: A recurrence is the part of a layer that keeps a state of the text, which fades and takes in each position.',
  ),
  l10n.t('feed-forward: Feed-forward is the part of a layer that works on each position alone.'),
  l10n.t('push, pushes: A push is what one part of a layer adds to a token’s logit. All pushes add up to the logit.'),
  l10n.t('operand, operands: An operand is a token or a residual from which your own vector is made.'),
  l10n.t(
    'steer, steered: To steer a run is to add a vector to its residual, or to take a direction out of it, while the text runs.',
  ),
  l10n.t(
    'adapter, adapters, ΔW, ‖ΔW‖: An adapter adds a change ΔW to some matrices of a model. It is stored as the product of two thin matrices, A and B.',
  ),
  l10n.t(
    'patch, patches: A patch takes a vector from the run of one text and puts it at the same place in the run of another. The model goes on from there.',
  ),
  l10n.t('lens: The lens shows what the model would predict if it stopped after a layer.'),
  l10n.t(
    'rank-biased overlap: Rank-biased overlap compares two ranked lists: 1 if they are the same, 0 if they share nothing. The first places count most.',
  ),
  l10n.t('median: The median is the value in the middle: half of all values are smaller.'),
  l10n.t(
    'rotary: A rotary encoding tells the model where a token stands by turning pairs of numbers by an angle that grows with the position.',
  ),
];

/** A term in a text, as UTF-16 offsets. */
export interface Mention extends Range {
  readonly term: Term;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Single letters stand for vectors. As words they are lower case, and no letter or digit stands beside them. */
const isLetter = (written: string): boolean => written.replaceAll('‖', '').length === 1;

/** Finds terms in texts. Made once, since the written forms depend on the language alone. */
export class TermFinder {
  readonly #byForm = new Map<string, Term>();
  readonly #pattern: RegExp;

  constructor() {
    for (const term of terms())
      for (const written of term.written) this.#byForm.set(isLetter(written) ? written : written.toLowerCase(), term);
    const forms = [...this.#byForm.keys()].sort((a, b) => b.length - a.length);
    // In "the norm's gain" a term ends at the apostrophe.
    const end = String.raw`(?![\p{L}\p{N}_]|['’](?!s(?!\p{L})))`;
    this.#pattern = new RegExp(`(?<![\\p{L}\\p{N}_'’])(?:${forms.map(escaped).join('|')})${end}`, 'giu');
  }

  /** The terms of a text in their order. */
  in(text: string): readonly Mention[] {
    return [...text.matchAll(this.#pattern)].flatMap(({ 0: found, index }) => {
      const term = this.#byForm.get(found) ?? (isLetter(found) ? undefined : this.#byForm.get(found.toLowerCase()));
      return term ? [{ term, start: index, end: index + found.length }] : [];
    });
  }
}
