import type { ComponentChildren } from 'preact';
import { byteWord, markName, pieces, plainToken } from '../../shared/glyphs';
import type { VocabularyToken } from '../../shared/tokens';
import { glyphWords, type Words } from './words';

interface TokenTextProps {
  readonly token: Pick<VocabularyToken, 'bytes'> & Partial<Pick<VocabularyToken, 'special'>>;
  readonly chosen?: boolean;
  /** Says what a lone mark is: `· space`. Chips leave it out. */
  readonly named?: boolean;
  /** Shown on the mouse's rest in place of the whole token. */
  readonly title?: string;
}

/**
 * A token, with all of it visible. The text of a token is isolated, so that its direction changes nothing around it.
 */
export function TokenText({ token, chosen = false, named = true, title = plainToken(token) }: TokenTextProps) {
  const list = pieces(token.bytes);
  const name = markName(list, glyphWords);
  const classes = ['token-text', token.special === true && 'special', chosen && 'chosen', name !== null && 'alone']
    .filter(Boolean)
    .join(' ');
  return (
    <bdi class={classes} title={title}>
      {list.map((piece) => (piece.kind === 'text' ? piece.text : <span class={piece.kind}>{piece.text}</span>))}
      {named && name !== null && <span class="mark-name">{` ${name}`}</span>}
    </bdi>
  );
}

/** The same inside an SVG `text` element. */
export function tokenSpans(token: Pick<VocabularyToken, 'bytes'>): ComponentChildren {
  const list = pieces(token.bytes);
  const name = markName(list, glyphWords);
  const spans = list.map((piece) =>
    piece.kind === 'text' || name !== null ? piece.text : <tspan class={piece.kind}>{piece.text}</tspan>,
  );
  return name === null ? spans : [...spans, ` ${name}`];
}

/**
 * A token inside a sentence: in a hairline, and hex pairs with their word, so that a full stop or a number reads as a
 * token.
 */
function TokenInWords({ token, chosen }: { readonly token: VocabularyToken; readonly chosen: boolean }) {
  const word = byteWord(pieces(token.bytes), glyphWords);
  return (
    <span class="token-in-words">
      {word !== null && <span class="mark-name">{`${word} `}</span>}
      <TokenText token={token} chosen={chosen} />
    </span>
  );
}

/** A sentence with tokens in it; the chosen token is drawn as such. */
export function Sentence({ words, chosen }: { readonly words: Words; readonly chosen?: number | undefined }) {
  return (
    <>
      {words.map((part) =>
        typeof part === 'string' ? part : <TokenInWords token={part} chosen={part.id === chosen} />,
      )}
    </>
  );
}
