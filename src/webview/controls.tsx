// The only file that imports the toolkit.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeLink,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { type ComponentChildren, h } from 'preact';
import { useRef } from 'preact/hooks';

/** Defines the custom elements. Call once, before the first is drawn. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeLink(), vsCodeTextField());
}

interface ButtonProps {
  readonly onPress: () => void;
  readonly primary?: boolean;
  readonly children: ComponentChildren;
}

export const Button = ({ onPress, primary = false, children }: ButtonProps) =>
  h('vscode-button', { class: 'button', appearance: primary ? 'primary' : 'secondary', onClick: onPress }, children);

interface CheckboxProps {
  readonly checked: boolean;
  readonly onToggle: (checked: boolean) => void;
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, onToggle, children }: CheckboxProps) {
  // The element also reports changes made by the program. Only the user's count.
  const reported = useRef(checked);
  reported.current = checked;
  const onChange = (event: Event): void => {
    const now = (event.currentTarget as unknown as { readonly checked: boolean }).checked;
    if (now !== reported.current) onToggle(now);
  };
  return h('vscode-checkbox', { class: 'checkbox', checked, onChange }, children);
}

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
  return h('vscode-link', { class: 'link', href: `#${to}`, onClick }, children);
}

interface TextFieldProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
  readonly id: string;
  readonly onInput: (value: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function TextField({ value, label, placeholder, id, onInput, onKeyDown }: TextFieldProps) {
  const read = (event: Event): void => onInput((event.currentTarget as unknown as { readonly value: string }).value);
  return h('vscode-text-field', {
    class: 'text-field',
    id,
    value,
    placeholder,
    'aria-label': label,
    onInput: read,
    onKeyDown,
  });
}
