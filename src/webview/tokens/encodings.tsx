import * as l10n from '@vscode/l10n';
import { useEffect } from 'preact/hooks';
import type { DataRows } from '../../shared/columns';
import { type Encoded, type EncodingName, encodings } from '../../shared/engine';
import { count, valued } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { PanelState } from '../../shared/panel';
import { Copy } from '../parts/copy';
import { memoised } from '../parts/memo';
import { tokenCount } from '../parts/numbers';
import { useRemembered } from '../parts/remembered';
import { TokenText } from '../parts/text';
import type { SectionProps } from '../section';

/** For the clipboard: the number of all tokens, and the pieces. */
export const encodedTables = ({ encoding, count, tokens }: Encoded): readonly DataRows[] => [
  [
    ['encoding', 'tokens in all'],
    [encoding, count],
  ],
  [
    ['index', 'id', 'token', 'start', 'end'],
    ...tokens.map((token, index) => [index, token.id, plainToken(token), token.start, token.end]),
  ],
];

/**
 * A click on an encoding: which one is open afterwards, and whether to request it. An open one that failed is requested
 * again and stays open.
 */
export function pressed(
  encoding: EncodingName,
  open: EncodingName | null,
  known: PanelState['encoded'],
): { readonly open: EncodingName | null; readonly ask: boolean } {
  const ask = known[encoding] === undefined;
  return { open: open === encoding && !ask ? null : encoding, ask };
}

/** The pieces of the text alternate in shade, so that every boundary shows. */
const Cut = memoised(({ encoded }: { readonly encoded: Encoded }) => (
  <div class="cut" role="group" aria-label={l10n.t('The text as {0} splits it', encoded.encoding)}>
    {encoded.tokens.map((token) => (
      <span class="cut-piece" data-id={token.id} title={valued(l10n.t('id'), token.id)}>
        <TokenText token={token} named={false} />
      </span>
    ))}
    {encoded.tokens.length < encoded.count && (
      <span class="small quiet chips-note">
        {l10n.t('{0} more are not drawn', count(encoded.count - encoded.tokens.length))}
      </span>
    )}
  </div>
));

/** The text under OpenAI's encodings. Each is loaded and opened by a click. */
export function EncodingsTable({ state, act }: SectionProps) {
  const [open, setOpen] = useRemembered<EncodingName | null>('encoding', null);
  const { encoded: known, text } = state;
  const press = (encoding: EncodingName): void => {
    const next = pressed(encoding, open, known);
    if (next.ask) act.post({ type: 'encode', encoding });
    setOpen(next.open);
  };
  // Only with another text: an encoding that failed waits for the next click.
  useEffect(() => {
    if (open !== null && known[open] === undefined) act.post({ type: 'encode', encoding: open });
  }, [text]);
  const shown = open === null ? undefined : state.encoded[open];
  return (
    <div class="row small above">
      {encodings.map((encoding) => {
        const encoded = state.encoded[encoding];
        const said =
          encoded === undefined
            ? l10n.t('count')
            : encoded === 'loading'
              ? l10n.t('loading')
              : tokenCount(encoded.count);
        return (
          <button
            type="button"
            class="encoding underlines"
            data-encoding={encoding}
            aria-expanded={open === encoding}
            onClick={() => press(encoding)}
          >
            <span class="mono">{encoding}</span>{' '}
            <span class="encoding-count quiet" data-value={typeof encoded === 'object' ? encoded.count : ''}>
              {said}
            </span>
          </button>
        );
      })}
      {typeof shown === 'object' && (
        <>
          <Copy name={shown.encoding} tables={() => encodedTables(shown)} act={act} />
          <Cut encoded={shown} />
        </>
      )}
    </div>
  );
}
