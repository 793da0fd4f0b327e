import type { RenderedChat } from '../../shared/chat/rendered';
import type { RenderRequest } from './render';

export type ToRenderer = RenderRequest & { readonly kind: 'render' };

export type FromRenderer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rendered'; readonly chat: RenderedChat }
  /** The template raises an error, or cannot be parsed. */
  | { readonly kind: 'failed'; readonly words: string }
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
  const { renderChat, TooLarge, TooLong } = await import('./render');
  try {
    return { kind: 'rendered', chat: renderChat(request) };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    if (error instanceof TooLarge) return { kind: 'large' };
    // As V8 and Firefox say it.
    if (error instanceof TooLong || /^(invalid string length|allocation size overflow)/i.test(words))
      return { kind: 'long' };
    if (/^(maximum call stack|too much recursion)/i.test(words)) return { kind: 'deep' };
    return { kind: 'failed', words: words.slice(0, longestWords) };
  }
}
