// The controls that the editor has too, as elements of the browser. `styles/editorControls.css` gives them its looks.
import type { ComponentChildren, TargetedEvent, TargetedMouseEvent } from 'preact';

interface ButtonProps {
  readonly onPress: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
  readonly primary?: boolean;
  readonly children: ComponentChildren;
}

export const Button = ({ onPress, primary = false, children }: ButtonProps) => (
  <button type="button" class={primary ? 'button primary' : 'button'} onClick={onPress}>
    {children}
  </button>
);

interface CheckboxProps {
  readonly checked: boolean;
  readonly onToggle: (checked: boolean) => void;
  /** Says why it has no effect now. */
  readonly idle?: string | undefined;
  readonly children: ComponentChildren;
}

export const Checkbox = ({ checked, onToggle, idle, children }: CheckboxProps) => (
  <label class="checkbox" title={idle}>
    <input
      type="checkbox"
      checked={checked}
      disabled={idle !== undefined}
      onChange={({ currentTarget }) => onToggle(currentTarget.checked)}
    />
    {children}
  </label>
);

interface LinkProps {
  /** Id of the element that the link leads to. */
  readonly to: string;
  readonly onFollow: () => void;
  readonly children: ComponentChildren;
}

export function Link({ to, onFollow, children }: LinkProps) {
  const onClick = (event: Event): void => {
    event.preventDefault();
    onFollow();
  };
  return (
    <a class="link" href={`#${to}`} onClick={onClick}>
      {children}
    </a>
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
  return <input type="text" class="text-field" aria-label={label} onInput={read} onKeyDown={press} {...rest} />;
}
