import type { RenderedChat } from '../../shared/chat/rendered';
import type { RenderRequest } from './render';

export type ToRenderer = RenderRequest & { readonly kind: 'render' };

export type FromRenderer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rendered'; readonly chat: RenderedChat }
  /** The template raises an error. */
  | { readonly kind: 'failed'; readonly words: string }
  /** The template cannot be parsed. null: it ends inside a block or an expression. */
  | { readonly kind: 'unreadable'; readonly words: string | null }
  /** It nests or calls itself more deeply than the stack allows. */
  | { readonly kind: 'deep' }
  | { readonly kind: 'long' }
  /** A text within it takes too much memory. */
  | { readonly kind: 'large' };

/** Characters of an error's own words. */
const longestWords = 300;

/** Renders in this thread, so it runs only in one that can be ended. */
export async function answerRender(request: ToRenderer): Promise<FromRenderer> {
  // Loads the library on first use.
  const { renderChat, TooLarge, TooLong, Unreadable } = await import('./render');
  try {
    return { kind: 'rendered', chat: renderChat(request) };
  } catch (error) {
    const isUnreadable = error instanceof Unreadable;
    const cause = isUnreadable ? error.cause : error;
    const words = cause instanceof Error ? cause.message : String(cause);
    if (error instanceof TooLarge) return { kind: 'large' };
    // As V8 and Firefox say it.
    if (error instanceof TooLong || /^(invalid string length|allocation size overflow)/i.test(words))
      return { kind: 'long' };
    if (/^(maximum call stack|too much recursion)/i.test(words)) return { kind: 'deep' };
    const quoted = words.slice(0, longestWords);
    if (!isUnreadable) return { kind: 'failed', words: quoted };
    // Beyond the last token the library's parser fails with an error of the language that it is written in.
    return { kind: 'unreadable', words: cause instanceof TypeError ? null : quoted };
  }
}
