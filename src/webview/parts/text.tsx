import { createContext, type ComponentChildren, type ComponentProps } from 'preact';
import { useContext } from 'preact/hooks';
import { cutTo } from '../../shared/codePoints';
import { byteWord, markName, type GlyphPiece, glyphPieces, plainToken } from '../../shared/glyphs';
import type { NamedToken } from '../../shared/tokens';
import { glyphWords, type Words } from './words';

/** The chosen position of the panel; undefined where there is no panel around. */
export const ChosenPosition = createContext<number | null | undefined>(undefined);

/** A button that looks like a link in the text around it. */
export const TextLink = (props: ComponentProps<'button'>) => <button type="button" class="text-link" {...props} />;

interface TokenTextProps {
  readonly token: Pick<NamedToken, 'bytes'> & Partial<Pick<NamedToken, 'special'>>;
  readonly chosen?: boolean;
  /** Adds the name of a lone mark: `· space`. */
  readonly named?: boolean;
  /** Tooltip; by default the token. */
  readonly title?: string;
}

/** Letters of a long word that stay in sight where there is no room for all: ·capital and ·capitals begin alike. */
const wordEnd = /^(.{4,})(\p{Script=Latin}{3})$/su;

const drawn = (piece: GlyphPiece) =>
  piece.kind === 'text' ? piece.text : <span class={piece.kind}>{piece.text}</span>;

/** The pieces of a token, those of a long word in a part that may be cut and one that may not. */
function spansOf(list: readonly GlyphPiece[]): ComponentChildren {
  const last = list.at(-1);
  const [, start, end] = (last?.kind === 'text' && wordEnd.exec(last.text)) || [];
  if (start === undefined) return list.map(drawn);
  return (
    <>
      <span class="start">
        {list.slice(0, -1).map(drawn)}
        {start}
      </span>
      <span class="end">{end}</span>
    </>
  );
}

/** A token with white space and bytes made visible. `bdi` keeps the direction of its text from the text around it. */
export const TokenText = (props: TokenTextProps) =>
  props.chosen ? <ChosenText {...props} /> : <DrawnText {...props} mark={false} />;

/** The chosen token; at another position than the chosen one, it is only the same token. */
function ChosenText(props: TokenTextProps) {
  const { token } = props;
  const position = useContext(ChosenPosition);
  const isElsewhere = position !== undefined && 'index' in token && token.index !== position;
  return <DrawnText {...props} mark={isElsewhere ? 'chosen same' : 'chosen'} />;
}

function DrawnText({
  token,
  mark,
  named = true,
  title = plainToken(token),
}: TokenTextProps & { readonly mark: string | false }) {
  const list = glyphPieces(token.bytes);
  const name = markName(list, glyphWords);
  const classes = ['token-text', token.special === true && 'special', mark, name !== null && 'alone']
    .filter(Boolean)
    .join(' ');
  return (
    <bdi class={classes} title={title}>
      {spansOf(list)}
      {named && name !== null && <span class="mark-name">{` ${name}`}</span>}
    </bdi>
  );
}

/** A token inside an SVG `text` element. */
export function tokenSpans(token: Pick<NamedToken, 'bytes'>): ComponentChildren {
  const list = glyphPieces(token.bytes);
  const name = markName(list, glyphWords);
  const spans = list.map((piece) =>
    piece.kind === 'text' || name !== null ? piece.text : <tspan class={piece.kind}>{piece.text}</tspan>,
  );
  return name === null ? spans : [...spans, ` ${name}`];
}

const encoder = new TextEncoder();

/** A token for a picture, with so many characters at the most: vocabularies have tokens of a hundred. */
export function shortenedToken<T extends Pick<NamedToken, 'text' | 'bytes'>>(token: T, longest: number): T {
  const text = cutTo(longest, token.text);
  return text === token.text ? token : { ...token, text, bytes: [...encoder.encode(text)] };
}

/** Width of a token as `tokenSpans` draws it, by that of one character. Pixels. */
export function nameWidth(token: Pick<NamedToken, 'bytes'>, characterWidth: number): number {
  const name = markName(glyphPieces(token.bytes), glyphWords);
  return (plainToken(token).length + (name === null ? 0 : name.length + 1)) * characterWidth + 4;
}

/** A longer token may be broken into lines. UTF-16 units. */
const longestWhole = 20;

/** A token inside a sentence. A hairline and the word before hex pairs tell it from punctuation and numbers. */
function TokenInWords({ token, chosen }: { readonly token: NamedToken; readonly chosen: boolean }) {
  const word = byteWord(glyphPieces(token.bytes), glyphWords);
  return (
    <span class={plainToken(token).length > longestWhole ? 'token-in-words long' : 'token-in-words'}>
      {word !== null && <span class="mark-name">{`${word} `}</span>}
      <TokenText token={token} chosen={chosen} />
    </span>
  );
}

/** A sentence with tokens. */
export function Sentence({ words, chosen }: { readonly words: Words; readonly chosen?: number | undefined }) {
  return (
    <>
      {words.map((part) =>
        typeof part === 'string' ? part : <TokenInWords token={part} chosen={part.id === chosen} />,
      )}
    </>
  );
}
