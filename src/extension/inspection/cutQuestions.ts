import { here } from '../../shared/consent';
import { modelsOf, sourceKey, textSize } from '../../shared/cutCosts';
import type { CutBy, Cuts, OtherCut, TokenizerSource } from '../../shared/cuts';
import { encodings } from '../../shared/encodings';
import type { TokenizersView } from '../../shared/instruments';
import type { Now } from './now';
import { known, memo, ofText, type Question } from './question';
import { mostDrawn } from './views';

/** Files that are listed: as many as the engine keeps. A person can open others. */
const mostListed = 4;

type Failed = { readonly failure: string };
type Counted = { readonly own: number; readonly other: number } | Failed;
type Beside = { readonly own: CutBy; readonly other: OtherCut } | Failed;

/** The other tokenizers that are known here. */
const sourcesOf = memo((tokenizers: Now['looking']['tokenizers']) => {
  const listed = (tokenizers.listed ?? []).slice(0, mostListed);
  const opened = tokenizers.opened.filter(({ path }) => !listed.some((one) => one.path === path));
  return [
    ...encodings.map((encoding) => ({ source: { encoding }, name: `${encoding} (${modelsOf(encoding)})` })),
    ...[...listed, ...opened].map(({ path, name }) => ({ source: { path }, name })),
  ] satisfies readonly { readonly source: TokenizerSource; readonly name: string }[];
});

/** The text as the model reads it; one object for as long as it is the same. */
const textOf = memo((text: string, plain: boolean) => ({ text, plain }));
const sizeOf = memo(textSize);

/** A question to the tokenizers; null of a conversation, whose markup is that of one model alone. */
function asked<A>(
  { asRead, model, text, sight }: Now,
  besides: { readonly others: readonly TokenizerSource[]; readonly most: number; readonly vocabularies?: true },
  take: (cuts: Cuts) => A,
): Question<A> | null {
  const leave = here(model);
  if (!asRead || !model || !leave || text?.chat) return null;
  const of = textOf(asRead.text, asRead.plain);
  return ofText('cuts', model, leave, { ...of, ...besides }, sight.tokenizers, { of, take });
}

export const cutQuestions = {
  /** The tokens of the text under each. */
  cutCounts: (now: Now): readonly Question<Counted>[] =>
    sourcesOf(now.looking.tokenizers).flatMap(
      ({ source }) =>
        asked(now, { others: [source], most: 0 }, ({ own, others }): Counted => {
          return { own: own.count, other: others[0]?.count ?? 0 };
        }) ?? [],
    ),
  /** The chosen one beside the model's. */
  cutBeside(now: Now): Question<Beside> | null {
    const { tokenizers } = now.looking;
    const { source } = sourcesOf(tokenizers).find((one) => sourceKey(one.source) === tokenizers.beside) ?? {};
    const take = ({ own, others: [other] }: Cuts): Beside => (other ? { own, other } : { failure: '' });
    return source ? asked(now, { others: [source], most: mostDrawn, vocabularies: true }, take) : null;
  },
};

export function tokenizersView(now: Now): TokenizersView | null {
  const { answers, asRead, model, looking } = now;
  const questions = cutQuestions.cutCounts(now);
  if (!asRead || !model || questions.length === 0) return null;
  const counts = questions.map((question) => known(answers.cutCounts, question));
  const own = counts.flatMap((one) => (one && 'own' in one ? [one.own] : []))[0] ?? null;
  const others = sourcesOf(looking.tokenizers).map(({ source, name }, at) => {
    const one = counts[at] ?? null;
    const isKnown = one !== null && 'other' in one;
    return {
      ...{ key: sourceKey(source), name },
      ...{ count: isKnown ? one.other : null, failure: isKnown ? null : (one?.failure ?? null) },
    };
  });
  const cuts = known(answers.cutBeside, cutQuestions.cutBeside(now));
  const end = cuts && 'own' in cuts ? (cuts.own.tokens.at(-1)?.end ?? 0) : 0;
  return {
    // Words take longer to find than all else here, and stand beside the counts alone.
    ...(own === null ? { words: 0, bytes: 0 } : sizeOf(asRead.text)),
    rows: [{ key: '', name: model.name, count: own, failure: null }, ...others],
    beside: looking.tokenizers.beside,
    cuts: cuts && 'own' in cuts ? { ...cuts, text: asRead.text.slice(0, end) } : null,
    opens: looking.tokenizers.listed !== null,
  };
}
