import type { TokenizerCheck, TokenizerCheckRequest } from '../../shared/cuts';
import type { Control } from '../../shared/engine';
import { sameBytes } from '../arrays/bytes';
import type { OtherTokenizers } from '../model/otherTokenizers';
import { pause } from '../tasks/pause';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { textOfUtf8, utf8Of } from '../tokenizer/utf8';
import { cutWith, partingsOf } from './cuts';

/** Texts that pre-tokenizers and normalisers cut differently, each hard for another reason. */
export const hardTexts: readonly string[] = [
  ...['1234567', '3.14159', '12,345.67', '1st 2nd 100%', '٣٤٥', '½ ² Ⅳ'],
  ...['a  b', 'a   b', '  a', 'a  ', '\ta\t\tb', 'a\u00a0b', 'a\u3000b'],
  ...['a\nb', 'a\n\nb', 'a\r\nb', '\n\n\n', ' \n ', 'x\n    y\n        z'],
  ...['don’t', "don't", "IT'S", "we've they'll", "'s", "l'eau"],
  ...['helloWorld', 'HTTPServer', 'snake_case_name', 'kebab-case', 'ALLCAPS', 'iPhone'],
  ...['café', 'cafe\u0301', 'ﬁne', 'Å', 'Straße', 'İstanbul', 'ñandú'],
  ...['日本語', '中文字符', '한국어', 'ไทย', 'हिन्दी', 'العربية', 'עברית', 'ქართული'],
  ...['🙂', '👩‍👩‍👧‍👦', '🇫🇷', 'a🙂b', '❤️'],
  ...['foo(bar[0]);', '// comment', '/* x */', '=>', '!=', '...', '--flag', '#include <x>', 'a=b&c=d'],
  ...['https://example.org/a?b=c', 'user@example.org', 'C:\\dir', '</s>', '<|endoftext|>', '<0x0A>'],
  ...['\u200b', '\ufeff', '\u0000', '\u007f', 'a\u0300\u0301\u0302', '▁', ' ▁ '],
];

const examples = 5;
/** Tokens between two pauses. */
const atATime = 2048;
/**
 * Tokens that are tried. Later ones may come from elsewhere: the pattern of Qwen3 cuts 1,688 of its own tokens apart,
 * none of them among the first 65,536.
 */
const first = 32_768;

/**
 * Whether a tokenizer agrees with itself: its pattern must leave the first tokens of the vocabulary whole, or they
 * cannot occur. And whether it cuts hard texts as another one does. Throws as loading a model does.
 */
export async function tokenizerCheck(
  tokenizers: OtherTokenizers,
  { path, against }: TokenizerCheckRequest,
  { signal }: Control,
): Promise<TokenizerCheck> {
  const { tokenizer } = await tokenizers.at(path);
  const cutThrough = await cutThroughBy(tokenizer, signal);
  if (against === undefined) return { notices: tokenizer.notices, cutThrough };
  const other = await tokenizers.at(against);
  const parted = hardTexts.flatMap((text) => {
    const [first] = partingsOf(text, cutWith(tokenizer, text, true), cutWith(other.tokenizer, text, true));
    return first ? [{ text, ...first }] : [];
  });
  return { notices: tokenizer.notices, cutThrough, against: { name: other.name, texts: hardTexts.length, parted } };
}

/** The tokens whose own text is cut into several pieces. Bytes that are no whole text are left out. */
async function cutThroughBy(tokenizer: Tokenizer, signal: Control['signal']): Promise<TokenizerCheck['cutThrough']> {
  const added = tokenizer.first === undefined ? 0 : 1;
  const found: string[] = [];
  let [count, of] = [0, 0];
  for (let id = 0; id < Math.min(first, tokenizer.size); id++) {
    if (id % atATime === 0) await pause(signal);
    if (tokenizer.isSpecial(id) || tokenizer.standsIn(id)) continue;
    const bytes = tokenizer.bytesOf(id);
    const text = textOfUtf8(bytes);
    if (!sameBytes(utf8Of(text), bytes)) continue;
    of++;
    const { ids, pieces = [], found: whole = [] } = tokenizer.encode(text, { plain: true });
    if (ids.length - added < 2 || pieces.length < 2 || whole.length > 0) continue;
    count++;
    if (found.length < examples) found.push(text);
  }
  return { count, of, examples: found };
}
