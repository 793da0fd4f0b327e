import * as l10n from '@vscode/l10n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usualChat, type ChatOptions } from '../../shared/chat/view';
import { Checkbox, TextField } from '../controls';
import { Menu } from '../parts/menu';
import { visibleText } from '../parts/words';
import type { SectionProps } from '../section';

/** Whether the text is read as a conversation. */
export const ChatSwitch = ({ state: { options }, act }: SectionProps) => (
  <Checkbox
    checked={options.chat !== null}
    onToggle={(on) => act.post({ type: 'setOptions', options: { chat: on ? usualChat : null } })}
  >
    {l10n.t('As chat, through the model’s template')}
  </Checkbox>
);

/** How the conversation is rendered. */
export function ChatSwitches({ state, act }: SectionProps) {
  const { chat } = state.options;
  if (!chat) return null;
  const change = (part: Partial<ChatOptions>): void =>
    act.post({ type: 'setOptions', options: { chat: { ...chat, ...part } } });
  return (
    <div class="row quiet above centre chat-options">
      <TakenOver
        id="chat-system"
        label={l10n.t('System message')}
        placeholder={l10n.t('System message instead of its own')}
        value={chat.system}
        onChange={(system) => change({ system })}
      />
      <Checkbox checked={chat.generationPrompt} onToggle={(generationPrompt) => change({ generationPrompt })}>
        {l10n.t('Ask for an answer at the end')}
      </Checkbox>
      <TemplateMenu state={state} chosen={chat.template} onChoose={(template) => change({ template })} />
    </div>
  );
}

interface TemplateMenuProps extends Pick<SectionProps, 'state'> {
  /** null: the usual one. */
  readonly chosen: string | null;
  readonly onChoose: (template: string) => void;
}

/** The templates of a model that has several, or another one than was chosen. */
function TemplateMenu({ state: { text, status, model }, chosen, onChoose }: TemplateMenuProps) {
  const known = text?.chat;
  const told = (status.kind === 'failed' ? status.choices : undefined) ?? known?.templates;
  const last = useRef({ model: '', names: [] as readonly string[] });
  // While another template is tried, nobody tells them.
  if (model && (told || last.current.model !== model.name)) last.current = { model: model.name, names: told ?? [] };
  const { names } = last.current;
  const current = chosen ?? known?.template ?? null;
  if (names.length === 0 || (names.length === 1 && current === names[0])) return null;
  const items = names.map((name) => ({
    text: visibleText(name),
    isChosen: name === current,
    onChoose: () => onChoose(name),
  }));
  return (
    <Menu class="quiet-action chat-template" items={items}>
      {current === null ? l10n.t('Choose a template') : l10n.t('Template: {0}', visibleText(current))}
    </Menu>
  );
}

interface TakenOverProps {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  /** null: nothing is typed. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

/** Enter and leaving the field take its text over: every key would run the model. */
function TakenOver({ value, onChange, ...rest }: TakenOverProps) {
  const [draft, setDraft] = useState(value ?? '');
  useEffect(() => setDraft(value ?? ''), [value]);
  const takeOver = (): void => {
    const next = draft === '' ? null : draft;
    if (next !== value) onChange(next);
  };
  return (
    <TextField
      {...rest}
      value={draft}
      onInput={setDraft}
      onKeyDown={({ key }) => key === 'Enter' && takeOver()}
      onBlur={takeOver}
    />
  );
}
