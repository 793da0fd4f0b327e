import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useRoving } from './roving';

export interface MenuItem {
  readonly text: string;
  readonly title?: string;
  /** Of items of which one is chosen: whether it is this one. */
  readonly isChosen?: boolean;
  readonly onChoose: () => void;
}

interface MenuProps {
  /** What the button shows. */
  readonly children: ComponentChildren;
  /** Its accessible name, where that is not what it shows. */
  readonly label?: string | undefined;
  readonly title?: string | undefined;
  readonly class?: string;
  readonly items: readonly MenuItem[];
}

/** The item that a key leads to, from either end to the other. `null` for other keys. */
export function menuStep(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** Pixels between a menu and the edge of the page. */
const margin = 4;

/** Left edge of a menu, in pixels from its button's: it ends where the button ends, but stays on the page. */
export const menuLeft = (
  button: { readonly left: number; readonly right: number },
  width: number,
  page: number,
): number => Math.max(Math.min(button.right - width, page - width - margin), margin) - button.left;

/** A button that opens a menu. Arrows move, Enter chooses, Escape and leaving close it. */
export function Menu({ children, label, title, class: name = 'quiet-action', items }: MenuProps) {
  /** The item that gets the focus when the menu opens; `null` while it is closed. */
  const [opened, setOpened] = useState<number | null>(null);
  const [left, setLeft] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const roving = useRoving(items.length, 0, (key, at) => menuStep(key, at, items.length));
  // A layout effect, because the next key belongs to the menu.
  useLayoutEffect(() => {
    if (opened === null || !button.current || !list.current) return;
    setLeft(
      menuLeft(button.current.getBoundingClientRect(), list.current.offsetWidth, document.documentElement.clientWidth),
    );
    roving.focus(opened);
  }, [opened]);
  const chosen = items.findIndex(({ isChosen }) => isChosen);
  const close = (): void => {
    setOpened(null);
    button.current?.focus();
  };
  const onButtonKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    setOpened(event.key === 'ArrowDown' ? 0 : items.length - 1);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || opened === null) return;
    event.stopPropagation();
    close();
  };
  const onLeave = (event: FocusEvent): void => {
    if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget))) setOpened(null);
  };
  return (
    <div class="menu-box" ref={box} onKeyDown={onKey} onFocusOut={onLeave}>
      <button
        type="button"
        ref={button}
        class={name}
        title={title}
        aria-haspopup="menu"
        aria-expanded={opened !== null}
        aria-label={label}
        onKeyDown={onButtonKey}
        onClick={() => setOpened(opened === null ? Math.max(chosen, 0) : null)}
      >
        {children}
      </button>
      {opened !== null && (
        <div class="menu" ref={list} style={{ left: `${left}px` }}>
          <div role="menu" aria-label={label ?? title} {...roving.group}>
            {items.map((item, index) => (
              <button
                type="button"
                role={item.isChosen === undefined ? 'menuitem' : 'menuitemradio'}
                aria-checked={item.isChosen}
                class="menu-item"
                title={item.title}
                onClick={() => {
                  close();
                  item.onChoose();
                }}
                {...roving.item(index)}
              >
                {item.text}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
