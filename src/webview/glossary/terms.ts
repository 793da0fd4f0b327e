import * as l10n from '@vscode/l10n';

export interface Term {
  readonly id: string;
  /** The ways in which the panel writes it. Letters are matched as they stand, words without regard to case. */
  readonly written: () => readonly string[];
  /** One sentence. */
  readonly meaning: () => string;
}

/** Letters and words that a reader may not know. The panel explains each where it stands. */
export const terms: readonly Term[] = [
  {
    id: 'h',
    written: () => ['h', '‖h‖'],
    meaning: () =>
      l10n.t(
        'h is the vector that the model ends with at a position. Its dot product with a token’s vector is the token’s logit. ‖h‖ is its size.',
      ),
  },
  {
    id: 'r',
    written: () => ['r', '‖r‖'],
    meaning: () =>
      l10n.t(
        'r is the residual: the vector of a position between two layers. Every layer adds to it. ‖r‖ is its size.',
      ),
  },
  {
    id: 'r0',
    written: () => ['r₀'],
    meaning: () => l10n.t('r₀ is the residual before the first layer: the vector that enters the layers.'),
  },
  {
    id: 'u',
    written: () => ['u', '‖u‖', l10n.t('output row'), l10n.t('output rows')],
    meaning: () =>
      l10n.t(
        'u is a token’s output vector: its row in the unembedding, the matrix that turns h into logits. ‖u‖ is its size.',
      ),
  },
  {
    id: 'e',
    written: () => ['e', '‖e‖', l10n.t('input vector'), l10n.t('input vectors')],
    meaning: () =>
      l10n.t(
        'e is a token’s input vector: its row in the embedding, the matrix that turns a token’s id into a vector. ‖e‖ is its size.',
      ),
  },
  {
    id: 'q',
    written: () => ['q', '‖q‖'],
    meaning: () => l10n.t('q is the vector that the others are compared with: that of the chosen token.'),
  },
  {
    id: 'w',
    written: () => ['w', '‖w‖'],
    meaning: () => l10n.t('w is the vector of the token in the row. It is compared with q.'),
  },
  {
    id: 'theta',
    written: () => ['θ'],
    meaning: () =>
      l10n.t(
        'θ is the angle between two vectors. Its cosine, cos θ, is 1 for the same direction, 0 for a right angle and −1 for opposite directions.',
      ),
  },
  {
    id: 'epsilon',
    written: () => ['ε'],
    meaning: () => l10n.t('ε is a very small number that the norm adds, so that it never divides by zero.'),
  },
  {
    id: 'token',
    written: () => [l10n.t('token'), l10n.t('tokens')],
    meaning: () =>
      l10n.t('A token is a piece of text that the model reads as one symbol: often a word with the space before it.'),
  },
  {
    id: 'id',
    written: () => [l10n.t('id'), l10n.t('ids')],
    meaning: () => l10n.t('An id is the number of a token in the vocabulary. The model reads and predicts ids.'),
  },
  {
    id: 'vector',
    written: () => [l10n.t('vector'), l10n.t('vectors')],
    meaning: () =>
      l10n.t(
        'A vector is a list of numbers, one for each dimension. Drawn as an arrow it has a direction and a length, which is its size.',
      ),
  },
  {
    id: 'matrix',
    written: () => [l10n.t('matrix'), l10n.t('matrices')],
    meaning: () =>
      l10n.t('A matrix is a table of numbers. In the embedding and the unembedding each row is the vector of a token.'),
  },
  {
    id: 'vocabulary',
    written: () => [l10n.t('vocabulary')],
    meaning: () => l10n.t('The vocabulary is the list of all tokens that the model knows.'),
  },
  {
    id: 'tokenizer',
    written: () => [l10n.t('tokenizer')],
    meaning: () => l10n.t('The tokenizer is the part that cuts text into tokens.'),
  },
  {
    id: 'layer',
    written: () => [l10n.t('layer'), l10n.t('layers')],
    meaning: () =>
      l10n.t(
        'A layer is one step of the model: attention, then feed-forward. Each adds a vector to the residual. Layers count from 0.',
      ),
  },
  {
    id: 'head',
    written: () => [l10n.t('head'), l10n.t('heads')],
    meaning: () =>
      l10n.t(
        'A head is one of several parts of attention that work side by side. Each looks for something different in the text. Head 23.4 is head 4 of layer 23; both count from 0.',
      ),
  },
  {
    id: 'metric',
    written: () => [l10n.t('metric'), l10n.t('metrics')],
    meaning: () => l10n.t('A metric is a way to compare two vectors: distance, cosine or dot product.'),
  },
  {
    id: 'bias',
    written: () => [l10n.t('bias'), l10n.t('biases')],
    meaning: () => l10n.t('A bias is a number that the model adds to a result, whatever the text is.'),
  },
  {
    id: 'attention-sink',
    written: () => [l10n.t('attention sink'), l10n.t('sink')],
    meaning: () =>
      l10n.t(
        'An attention sink is a position that heads look at when nothing else is useful. Its residual is very large.',
      ),
  },
  {
    id: 'dimension',
    written: () => [l10n.t('dimension'), l10n.t('dimensions')],
    meaning: () => l10n.t('A dimension is one place in a vector. Each number in the vector belongs to one dimension.'),
  },
  {
    id: 'massive-activation',
    written: () => [l10n.t('massive activation')],
    meaning: () =>
      l10n.t(
        'A massive activation is a number in a residual that is hundreds of times as large as most others. Few dimensions have one, mostly at an attention sink.',
      ),
  },
  {
    id: 'query',
    written: () => [l10n.t('query')],
    meaning: () =>
      l10n.t(
        'Inside attention each position has a query and a key. The better a query matches a key, the more it takes from there.',
      ),
  },
  {
    id: 'special',
    written: () => [l10n.t('special tokens'), l10n.t('control token'), l10n.t('control tokens')],
    meaning: () =>
      l10n.t(
        'A special or control token marks a place, such as the end of a message. Only its own name, written out, becomes one.',
      ),
  },
  {
    id: 'byte-fragment',
    written: () => [l10n.t('byte fragment'), l10n.t('byte fragments')],
    meaning: () =>
      l10n.t(
        'A byte fragment is a token for a part of a character, since many characters are stored as several bytes.',
      ),
  },
  {
    id: 'radian',
    written: () => [l10n.t('radian'), l10n.t('radians')],
    meaning: () => l10n.t('A radian is an angle of about 57 degrees: a full turn has 2π of them.'),
  },
  {
    id: 'parameters',
    written: () => [l10n.t('parameters')],
    meaning: () => l10n.t('The parameters are the numbers that the model learned in training.'),
  },
  {
    id: 'model-units',
    written: () => [l10n.t('model units')],
    meaning: () =>
      l10n.t(
        'Model units are the scale of the model’s own numbers. Use them to compare vectors within one model, not between two.',
      ),
  },
  {
    id: 'wasm',
    written: () => [l10n.t('WASM')],
    meaning: () => l10n.t('WASM is WebAssembly: the model computes on the processor.'),
  },
  {
    id: 'webgpu',
    written: () => [l10n.t('WebGPU'), l10n.t('GPU')],
    meaning: () => l10n.t('The GPU is the graphics card. WebGPU lets the model compute on it.'),
  },
  {
    id: 'onnx',
    written: () => [l10n.t('ONNX Runtime')],
    meaning: () =>
      l10n.t(
        'ONNX Runtime is a program by Microsoft that computes models. Vectorscope can use it instead of its own code.',
      ),
  },
  {
    id: 'logit',
    written: () => [l10n.t('logit'), l10n.t('logits')],
    meaning: () =>
      l10n.t(
        'A logit is a token’s score as the next token: the dot product of h with the token’s output vector. A larger logit means a larger probability.',
      ),
  },
  {
    id: 'temperature',
    written: () => [l10n.t('temperature')],
    meaning: () =>
      l10n.t(
        'A temperature divides all logits by one number. Above 1 the probabilities become more even, below 1 the first takes more. The order stays.',
      ),
  },
  {
    id: 'distance',
    written: () => [l10n.t('distance'), l10n.t('distances')],
    meaning: () =>
      l10n.t(
        'The distance between two vectors is the length of the straight line between their tips. A model never computes it.',
      ),
  },
  {
    id: 'dot-product',
    written: () => [l10n.t('dot product')],
    meaning: () =>
      l10n.t('The dot product of two vectors is the product of their sizes and the cosine of the angle between them.'),
  },
  {
    id: 'cosine',
    written: () => [l10n.t('cosine'), l10n.t('cosines')],
    meaning: () =>
      l10n.t(
        'The cosine tells how alike two directions are, whatever the sizes: 1 is the same direction, 0 a right angle.',
      ),
  },
  {
    id: 'aligned',
    written: () => [l10n.t('aligned')],
    meaning: () => l10n.t('The better two vectors are aligned, the smaller the angle between them.'),
  },
  {
    id: 'size',
    written: () => [l10n.t('size'), l10n.t('sizes')],
    meaning: () =>
      l10n.t(
        'The size of a vector is the length of its arrow: the square root of the sum of the squares of its numbers.',
      ),
  },
  {
    id: 'centred',
    written: () => [l10n.t('centred')],
    meaning: () =>
      l10n.t(
        'Centred vectors have the mean of all the matrix’s rows subtracted, so that what all tokens share no longer counts.',
      ),
  },
  {
    id: 'gain',
    written: () => [l10n.t('gain')],
    meaning: () =>
      l10n.t('The gain is a list of factors, one for each dimension. The final norm multiplies the residual by it.'),
  },
  {
    id: 'norm',
    written: () => [l10n.t('norm')],
    meaning: () =>
      l10n.t(
        'A norm is a step that scales a vector to a fixed size and then multiplies each number by its gain, so sizes differ again.',
      ),
  },
  {
    id: 'residual',
    written: () => [l10n.t('residual'), l10n.t('residuals')],
    meaning: () =>
      l10n.t(
        'The residual is the vector that a position carries through the model. Each layer reads it and adds to it.',
      ),
  },
  {
    id: 'entropy',
    written: () => [l10n.t('entropy')],
    meaning: () =>
      l10n.t(
        'Entropy tells how uncertain a prediction is, in bits: 0 if one token is certain, 1 for two equally likely ones, 2 for four.',
      ),
  },
  {
    id: 'kl-divergence',
    written: () => [l10n.t('KL divergence'), l10n.t('divergence')],
    meaning: () =>
      l10n.t(
        'The KL divergence tells how far one prediction is from another, in bits: 0 if they are the same, and larger the more the two disagree.',
      ),
  },
  {
    id: 'surprisal',
    written: () => [l10n.t('surprisal')],
    meaning: () =>
      l10n.t(
        'Surprisal tells how unexpected a token was, in bits: 0 if it was certain, 1 at a probability of one half, 10 at about one in a thousand.',
      ),
  },
  {
    id: 'softmax',
    written: () => [l10n.t('softmax')],
    meaning: () => l10n.t('The softmax turns logits into probabilities that add up to 1.'),
  },
  {
    id: 'embedding',
    written: () => [l10n.t('embedding')],
    meaning: () => l10n.t('The embedding is the matrix with one input vector for each token.'),
  },
  {
    id: 'unembedding',
    written: () => [l10n.t('unembedding')],
    meaning: () =>
      l10n.t(
        'The unembedding is the matrix with one output vector for each token. Many models use the embedding for it.',
      ),
  },
  {
    id: 'attention',
    written: () => [l10n.t('attention')],
    meaning: () => l10n.t('Attention is the part of a layer that brings in information from earlier positions.'),
  },
  {
    id: 'attention-weight',
    written: () => [l10n.t('attention weight'), l10n.t('attention weights')],
    meaning: () =>
      l10n.t(
        'An attention weight tells how much a head takes from a position: 0 is nothing. The weights of a position add up to 1.',
      ),
  },
  {
    id: 'feed-forward',
    written: () => [l10n.t('feed-forward')],
    meaning: () => l10n.t('Feed-forward is the part of a layer that works on each position alone.'),
  },
  {
    id: 'push',
    written: () => [l10n.t('push'), l10n.t('pushes')],
    meaning: () =>
      l10n.t('A push is what one part of a layer adds to a token’s logit. All pushes add up to the logit.'),
  },
  {
    id: 'lens',
    written: () => [l10n.t('lens')],
    meaning: () => l10n.t('The lens shows what the model would predict if it stopped after a layer.'),
  },
  {
    id: 'rank-biased overlap',
    written: () => [l10n.t('rank-biased overlap')],
    meaning: () =>
      l10n.t(
        'Rank-biased overlap compares two ranked lists: 1 if they are the same, 0 if they share nothing. The first places count most.',
      ),
  },
  {
    id: 'confidence',
    written: () => [l10n.t('confidence')],
    meaning: () =>
      l10n.t(
        'Confidence of 95 % means that the result of the whole run lies between the two numbers about 19 times out of 20.',
      ),
  },
  {
    id: 'median',
    written: () => [l10n.t('median')],
    meaning: () => l10n.t('The median is the value in the middle: half of all values are smaller.'),
  },
  {
    id: 'rotary',
    written: () => [l10n.t('rotary')],
    meaning: () =>
      l10n.t(
        'A rotary encoding tells the model where a token stands by turning pairs of numbers by an angle that grows with the position.',
      ),
  },
];
