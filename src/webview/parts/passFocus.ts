import type { TargetedMouseEvent } from 'preact';

/**
 * Gives the focus of a button that its own press removes to a part that stays: the browser would give it to the page,
 * and the next Tab would begin at the top. A click moves nothing in sight.
 *
 * @param within selects the nearest element around the button that has the part
 */
export function passFocus(
  { currentTarget, detail }: TargetedMouseEvent<HTMLElement>,
  within: string,
  part: string,
): void {
  const isClick = detail > 0;
  currentTarget.closest(within)?.querySelector<HTMLElement>(part)?.focus({ preventScroll: isClick });
}
