import * as l10n from '@vscode/l10n';
import { bothOf, tokensIn, type OtherTokens } from '../../shared/both';
import { bits, fixed, raw } from '../../shared/format';
import { TokenText } from '../parts/text';

/** A text that the models cut differently: both cuts between the places where both begin a token. */
export function OtherCuts({ both: { tokens, spans, bitsPerCharacter } }: { readonly both: OtherTokens }) {
  const start = tokens[0].find((token) => token.end > token.start)?.start;
  const isLeftOut = start !== undefined && spans[0] !== undefined && spans[0].start > start;
  return (
    <>
      <ol
        class="both-spans"
        data-picture="both-text"
        tabIndex={0}
        aria-label={l10n.t('Both cuts, between common boundaries')}
      >
        <li class="both-letters" aria-hidden="true">
          <span class="both-cut">A</span>
          <span class="both-cut">B</span>
        </li>
        {spans.map((span) => (
          <li>
            {bothOf((side) => (
              <span class="both-cut">
                <span class="hidden">{side === 0 ? 'A: ' : 'B: '}</span>
                {tokensIn(tokens[side], span).map((token) => (
                  <TokenText token={token} named={false} />
                ))}
              </span>
            ))}
            <span class="chip-value" data-value={raw(span.surprisal[1] - span.surprisal[0])}>
              {span.surprisal.map(bits).join(' → ')}
            </span>
          </li>
        ))}
      </ol>
      <p class="note">
        {l10n.t(
          'A’s tokens stand above B’s, between places where both begin a token. Below them: their summed surprisal in bits, A → B. Bits a character of the text: {0} → {1}.',
          ...bothOf((side) => fixed(bitsPerCharacter[side], 3)),
        )}
        {isLeftOut && ` ${l10n.t('The first token has no prediction, so it is not here.')}`}
      </p>
    </>
  );
}
