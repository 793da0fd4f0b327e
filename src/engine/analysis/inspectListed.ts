import type { ModelInfo, Run, Tokenisation } from '../../shared/engine';
import { inspectedModel, inspectedToken, type InspectedListing, type Inspection } from '../../shared/inspection';

/** The inspection of a text whose next tokens are known as lists. `run` is null if only its tokens are wanted. */
export const inspectListed = (
  info: ModelInfo,
  { tokens, leftOut }: Tokenisation,
  run: Run | null,
  top: number,
): Inspection => ({
  model: inspectedModel(info),
  leftOut,
  tokens: tokens.map((token) =>
    inspectedToken(token, run?.surprisal[token.index], run?.listed?.isLeast[token.index] === 1),
  ),
  ...(run && { listed: listingsOf(run, top) }),
});

const listingsOf = ({ length, hiddenSize, entropy, listed, likeliest }: Run, top: number): InspectedListing[] =>
  Array.from({ length }, (_, index) => ({
    index,
    hiddenSize: known(hiddenSize[index]),
    entropy: { atLeast: entropy[index] as number, atMost: known(listed?.entropyAtMost[index]) },
    top: (likeliest[index] ?? [])
      .slice(0, top)
      .map(({ token: { id, text }, probability }) => ({ id, text, probability })),
  }));

const known = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;
