import { isFragment, glyphPieces } from './glyphs';
import { angleOfCosine } from './metrics';
import { sizeOnSide } from './sides';
import type { PredictedToken, RankedToken, VocabularyToken } from './tokens';
import type { Translator } from './translator';

/**
 * Which of distance, angle and logit name the same token at a position. `logit`: the nearest token is also the best
 * aligned, and the model predicts another. `distance`: only the nearest token differs. `angle`: only the best aligned
 * token differs. `all`: three different tokens.
 */
type Parting = 'none' | 'distance' | 'angle' | 'logit' | 'all';

/** A token that one of the metrics puts first, with its numbers by all three, float64. */
export interface NamedContrast {
  readonly token: Pick<VocabularyToken, 'id' | 'bytes' | 'special'>;
  readonly distance: number;
  readonly cosine: number;
  /** With the bias and before the cap: this number ranks the predictions. */
  readonly rawLogit: number;
  readonly probability: number;
}

/** The first token by each metric at one position. */
export interface Firsts {
  readonly position: number;
  /** The token of the text at the position. */
  readonly after: NamedContrast['token'];
  readonly predicted: NamedContrast;
  readonly nearest: NamedContrast;
  readonly aligned: NamedContrast;
  readonly ranks: Demoted;
}

/** 1-based places of the prediction by the two other rulers. */
interface Demoted {
  readonly distance: number;
  readonly angle: number;
}

/** A candidate of an example: values, angle and ranks against h, as `Engine.prediction` gives them. */
export interface Candidate extends PredictedToken {
  /** 1-based place in the whole vocabulary by logit. It differs from `ranks.dot` only if there is an output bias. */
  readonly logitRank: number;
}

/** A position where the metrics name different tokens. */
export interface Contrast {
  /** Index among the positions of the run, the context included. */
  readonly position: number;
  readonly after: VocabularyToken;
  readonly parting: Exclude<Parting, 'none'>;
  /** ‖h‖₂, model units. */
  readonly hiddenSize: number;
  /** The token with the largest logit. */
  readonly predicted: Candidate;
  /** The token with the smallest distance to h. May be one of the two others, as `parting` says. */
  readonly nearest: Candidate;
  /** The token with the smallest angle to h. May be one of the two others, as `parting` says. */
  readonly aligned: Candidate;
}

/** A token that took part in a comparison with h. */
export interface ComparedToken {
  readonly token: VocabularyToken;
  /** ‖u‖₂, model units. */
  readonly size: number;
  readonly cosine: number;
  /** ‖h‖ · ‖u‖ · cos θ, without the bias. */
  readonly dot: number;
}

/**
 * Why all metrics name the same token at every position of the text. Compared are the 20 best tokens of each metric at
 * each position. The numbers are those of one position: the one that came closest to a disagreement, the one with the
 * widest range of sizes for `sizes-alike`, the first one for `bias`.
 */
export type MetricAgreement =
  /** The largest compared token is at most 5 % larger than the smallest, so only the angle is left to decide. */
  | {
      readonly kind: 'sizes-alike';
      readonly position: number;
      readonly smallest: ComparedToken;
      readonly largest: ComparedToken;
    }
  /** The prediction is better aligned than the rival, by more than the rival's size makes up. */
  | ({ readonly kind: 'lead' } & Closest)
  /**
   * The rival is smaller, and distance favours small tokens. But h is so large that distance follows the dot product:
   * ‖u‖² counts little beside 2‖h‖‖u‖ cos θ.
   */
  | ({ readonly kind: 'large-hidden' } & Closest)
  /** As `large-hidden`, and no compared token is larger than the prediction at any position. */
  | ({ readonly kind: 'largest' } & Closest)
  /** The dot product alone would name the rival; the output bias puts the prediction first. */
  | ({ readonly kind: 'bias'; readonly predictedBias: number; readonly rivalBias: number } & Closest)
  /** All compared tokens have the same dot product with h: h is zero, for example. */
  | { readonly kind: 'tied'; readonly position: number };

export interface Closest {
  readonly position: number;
  /** ‖h‖₂, model units. */
  readonly hiddenSize: number;
  readonly predicted: ComparedToken;
  readonly rival: ComparedToken;
}

/** Where the three metrics name different tokens in a text. */
export type Contrasts = {
  /** One entry for every position of the run, the context included. */
  readonly partings: readonly Parting[];
} & (
  | {
      readonly kind: 'part';
      /** The clearest first, `mostExamples` at most. All are positions of the text, not of its context. */
      readonly examples: readonly Contrast[];
    }
  /** At every position of the text, the context left aside. */
  | { readonly kind: 'agree'; readonly reason: MetricAgreement }
);

export const mostExamples = 5;

/** The different tokens of an example: the prediction, then the nearest, then the best aligned. */
export const candidatesOf = ({ predicted, nearest, aligned }: Contrast): readonly Candidate[] =>
  [predicted, nearest, aligned].filter(
    ({ token }, at, all) => all.findIndex((other) => other.token.id === token.id) === at,
  );

/**
 * The headline of an example. `expects` takes the token before, the prediction and, if it is said, the place;
 * `parting` takes that sentence.
 */
export function leadTemplates(parting: Contrast['parting'], l10n: Translator, isPlaced = false) {
  const partings: Readonly<Record<typeof parting, string>> = {
    all: l10n.t('{0} It is neither the nearest to h nor the best aligned.'),
    logit: l10n.t('{0} It is neither the nearest to h nor the best aligned.'),
    distance: l10n.t('{0} It is not the nearest to h.'),
    angle: l10n.t('{0} It is not the best aligned.'),
  };
  return {
    expects: isPlaced ? l10n.t('After {0} ({2}) the model expects {1}.') : l10n.t('After {0} the model expects {1}.'),
    parting: partings[parting],
  };
}

/** What puts the prediction before a rival: its size, its angle, both, or only its output bias. */
type Cause = 'size' | 'angle' | 'both' | 'bias';

/**
 * Compares the factors of the two logits, ‖h‖ · ‖u‖ · cos θ + bias. `size` means that the prediction is larger, or
 * smaller if both point away from h.
 */
export function causeOf(predicted: RankedToken, rival: RankedToken): Cause {
  const [own, other] = [predicted, rival].map(({ token, values }) => ({
    ...values,
    size: sizeOnSide(token, 'output'),
  }));
  if (!own || !other || own.dot <= other.dot) return 'bias';
  if (own.cosine <= other.cosine) return 'size';
  // Of two tokens that point away from h, the smaller has the larger product.
  const helps = own.cosine > 0 ? own.size > other.size : own.size < other.size;
  return helps ? 'both' : 'angle';
}

/** Float64 sums of a few thousand products are exact to this share. Smaller differences are ties. */
const rounding = 1e-12;

const nearer = (a: NamedContrast, b: NamedContrast): boolean => b.distance - a.distance > rounding * b.distance;
const better = (a: NamedContrast, b: NamedContrast): boolean => a.cosine - b.cosine > rounding;
const likelier = (a: NamedContrast, b: NamedContrast): boolean =>
  a.rawLogit - b.rawLogit > rounding * Math.abs(a.rawLogit);

/** Which metrics name the same token. Tokens that a metric cannot tell apart count as the same. */
export function partingOf({ predicted, nearest, aligned }: Firsts): Parting {
  const isRival = (token: NamedContrast) => token.token.id !== predicted.token.id;
  // Two tokens share the largest logit, so there is no single prediction to compare the others with.
  if ([nearest, aligned].some((token) => isRival(token) && !likelier(predicted, token))) return 'none';
  const byDistance = isRival(nearest) && nearer(nearest, predicted);
  const byAngle = isRival(aligned) && better(aligned, predicted);
  if (byDistance && byAngle) return nearer(nearest, aligned) && better(aligned, nearest) ? 'all' : 'logit';
  return byDistance ? 'distance' : byAngle ? 'angle' : 'none';
}

/** The same position with one object for the tokens that count as the same. */
function settled(firsts: Firsts, parting: Contrast['parting']): Firsts {
  const { predicted, nearest, aligned } = firsts;
  switch (parting) {
    case 'all':
      return firsts;
    case 'distance':
      return { ...firsts, aligned: predicted };
    case 'angle':
      return { ...firsts, nearest: predicted };
    case 'logit': {
      const rival = nearer(nearest, aligned) ? nearest : aligned;
      return { ...firsts, nearest: rival, aligned: rival };
    }
  }
}

/**
 * Positions where the metrics disagree, the clearest for a reader first. The first of these rules that tells two
 * positions apart decides:
 *
 * 1. All tokens can be read: no control token, no bytes that are not a character, no pure white space. That holds for
 *    the token of the text too.
 * 2. The numbers show the difference: the prediction has a probability of at least 5 %, no other candidate is more
 *    than four fifths as likely, and the nearest and the best aligned lead it in the digits that are printed.
 * 3. All tokens are words, which have letters; punctuation and digits come later.
 * 4. The other rulers put the prediction further back: its place by distance times its place by angle is larger.
 * 5. Three different tokens come before two.
 * 6. The prediction is neither the nearest nor the best aligned.
 * 7. The prediction leads the likeliest other candidate by more probability.
 * 8. The earlier position.
 */
export function byClarity(positions: readonly Firsts[]): (Firsts & { readonly parting: Contrast['parting'] })[] {
  return positions
    .flatMap((firsts) => {
      const parting = partingOf(firsts);
      if (parting === 'none') return [];
      const clear = { ...settled(firsts, parting), parting };
      return [{ clear, keys: clarityOf(clear) }];
    })
    .sort((a, b) => {
      const at = a.keys.findIndex((key, i) => key !== b.keys[i]);
      return at < 0 ? a.clear.position - b.clear.position : (b.keys[at] as number) - (a.keys[at] as number);
    })
    .map(({ clear }) => clear);
}

/** One number for each rule of `byClarity` but the last, larger is clearer. */
function clarityOf(firsts: Firsts & { readonly parting: Parting }): number[] {
  const { parting, after, predicted, nearest, aligned, ranks } = firsts;
  const rivals = [nearest, aligned].filter((rival) => rival !== predicted);
  const tokens = [after, predicted.token, ...rivals.map(({ token }) => token)];
  const likeliestRival = Math.max(...rivals.map(({ probability }) => probability));
  const clear =
    predicted.probability >= leastProbability &&
    likeliestRival <= largestShare * predicted.probability &&
    (nearest === predicted || predicted.distance - nearest.distance >= printed.distance) &&
    (aligned === predicted || angleOfCosine(predicted.cosine) - angleOfCosine(aligned.cosine) >= printed.angle);
  return [
    Number(tokens.every(isReadable)),
    Number(clear),
    Number(tokens.every(isWord)),
    ranks.distance * ranks.angle,
    Number(parting === 'all'),
    Number(parting === 'all' || parting === 'logit'),
    predicted.probability - likeliestRival,
  ];
}

const leastProbability = 0.05;
const largestShare = 0.8;
/** The last digit that the panel prints of a distance and of an angle in degrees. */
const printed = { distance: 0.001, angle: 0.1 };

/** Whether something of the token is visible as itself. */
const isReadable = (token: NamedContrast['token']): boolean =>
  !isFragment(token) && glyphPieces(token.bytes).some(({ kind, text }) => kind === 'text' && text.trim() !== '');

const isWord = (token: NamedContrast['token']): boolean =>
  isReadable(token) && glyphPieces(token.bytes).some(({ kind, text }) => kind === 'text' && /\p{L}/u.test(text));
