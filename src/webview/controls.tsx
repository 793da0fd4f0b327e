// The controls that the editor has too: elements of the browser until the toolkit of VS Code's webviews is loaded, then
// its own. Another toolkit would replace this file and `toolkit.ts`.
import { type ComponentChildren, h, type TargetedEvent, type TargetedMouseEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

let toolkit: Promise<unknown> | undefined;
let isLoaded = false;

interface ControlProps {
  /** The element of the browser. */
  readonly native: 'button' | 'input' | 'a' | 'select' | 'span';
  /** The element of the toolkit. */
  readonly upgraded: string;
  /** The name where the toolkit would give one of its own; null: that of the label around it. */
  readonly label?: string | null;
  readonly own: Readonly<Record<string, unknown>>;
  readonly children?: ComponentChildren | ((isUpgraded: boolean) => ComponentChildren);
}

/**
 * An element of the browser or of the toolkit. Effects run after a paint, so the first view does not wait for the
 * toolkit. An element that has the focus is replaced once it has lost it: focus and caret would be lost with it.
 */
function Control({ native, upgraded, label, own, children }: ControlProps) {
  const [isUpgraded, setUpgraded] = useState(isLoaded);
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isUpgraded) return;
    const { current: element } = ref;
    // While another window is in front, the active element stays the same after its `blur`.
    const upgrade = (): void => {
      if (isLoaded && element !== document.activeElement) setUpgraded(true);
    };
    element?.addEventListener('blur', upgrade);
    toolkit ??= import('./toolkit').then(() => (isLoaded = true));
    // Without the toolkit the controls of the browser stay.
    toolkit.then(upgrade, () => undefined);
  }, []);
  useLayoutEffect(() => {
    // Reading the text of the label around it lays the page out.
    if (isUpgraded && label !== undefined)
      ref.current?.setAttribute('aria-label', label ?? ref.current.parentElement?.innerText ?? '');
  });
  return h(
    isUpgraded ? upgraded : native,
    { ref, ...own },
    typeof children === 'function' ? children(isUpgraded) : children,
  );
}

interface ButtonProps {
  readonly onPress: (event: TargetedMouseEvent<HTMLElement>) => void;
  readonly primary?: boolean;
  readonly children: ComponentChildren;
}

export function Button({ onPress, primary = false, children }: ButtonProps) {
  const appearance = primary ? 'primary' : 'secondary';
  const own = { type: 'button', class: `button ${appearance}`, appearance, onClick: onPress };
  return (
    <Control native="button" upgraded="vscode-button" own={own}>
      {children}
    </Control>
  );
}

interface CheckboxProps {
  readonly checked: boolean;
  readonly onToggle: (checked: boolean) => void;
  /** Says why it has no effect now. */
  readonly idle?: string | undefined;
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, onToggle, idle, children }: CheckboxProps) {
  // The toolkit also reports changes made by the program. Only the user's count.
  const onChange = ({ currentTarget }: TargetedEvent<HTMLInputElement>): void => {
    // The toolkit's own attribute waits for a frame.
    currentTarget.ariaChecked = String(currentTarget.checked);
    if (currentTarget.checked !== checked) onToggle(currentTarget.checked);
  };
  const own = { type: 'checkbox', onChange, checked, disabled: idle !== undefined };
  return (
    <label class="checkbox" title={idle}>
      <Control native="input" upgraded="vscode-checkbox" label={null} own={own} />
      {children}
    </label>
  );
}

interface LinkProps {
  /** Id of the element that the link leads to. */
  readonly to: string;
  readonly onFollow: () => void;
  readonly children: ComponentChildren;
}

export function SectionLink({ to, onFollow, children }: LinkProps) {
  const onClick = (event: Event): void => {
    event.preventDefault();
    onFollow();
  };
  return (
    <Control native="a" upgraded="vscode-link" own={{ class: 'link', href: `#${to}`, onClick }}>
      {children}
    </Control>
  );
}

interface TextFieldProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
  readonly id: string;
  /** UTF-16 units. */
  readonly maxLength?: number;
  readonly onInput: (value: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onBlur?: () => void;
}

export function TextField({ label, onInput, onKeyDown, ...rest }: TextFieldProps) {
  const read = ({ currentTarget }: TargetedEvent<HTMLInputElement>): void => onInput(currentTarget.value);
  // Enter and Escape are the input method's while it composes a character.
  const press = (event: KeyboardEvent): void => (event.isComposing ? event.stopPropagation() : onKeyDown(event));
  const own = { type: 'text', class: 'text-field', 'aria-label': label, onInput: read, onKeyDown: press, ...rest };
  return <Control native="input" upgraded="vscode-text-field" label={label} own={own} />;
}

interface AskedFieldProps extends Omit<TextFieldProps, 'onKeyDown' | 'onBlur'> {
  /** What the button beside it says; Enter does the same. */
  readonly action: string;
  readonly onAsk: () => void;
  readonly class?: string;
  /** Further ways, behind the button. */
  readonly children?: ComponentChildren;
}

/** A field and the button that does something with its text. */
export const AskedField = ({ action, onAsk, class: name = '', children, ...field }: AskedFieldProps) => (
  <div class={`row centre above asked-field ${name}`.trim()}>
    <TextField {...field} onKeyDown={({ key }) => key === 'Enter' && onAsk()} />
    <Button onPress={onAsk}>{action}</Button>
    {children}
  </div>
);

interface DropdownProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChoose: (value: string) => void;
}

export function Dropdown({ label, value, options, onChoose }: DropdownProps) {
  const onChange = ({ currentTarget }: TargetedEvent<HTMLSelectElement>): void => onChoose(currentTarget.value);
  return (
    <Control native="select" upgraded="vscode-dropdown" own={{ class: 'dropdown', 'aria-label': label, onChange }}>
      {(isUpgraded) =>
        options.map(({ value: own, text }) =>
          h(isUpgraded ? 'vscode-option' : 'option', { key: own, value: own, selected: own === value }, text),
        )
      }
    </Control>
  );
}

/** Turns while work is under way. A bar says the same to screen readers. */
export const Ring = () => (
  <Control native="span" upgraded="vscode-progress-ring" own={{ class: 'ring', 'aria-hidden': true }} />
);
