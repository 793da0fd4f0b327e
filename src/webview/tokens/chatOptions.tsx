import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import { usualChat, type ChatOptions } from '../../shared/chat/view';
import { Checkbox, TextField } from '../controls';
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
  const known = state.text?.chat;
  // Only a rendering that worked gives the names, so the one that a failure asks for is typed.
  const several = known && known.templates.length > 1 ? known.templates : [];
  return (
    <div class="switches chat-options">
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
      {!known && state.status.kind === 'failed' && (
        <TakenOver
          id="chat-template"
          label={l10n.t('Template')}
          placeholder={l10n.t('Name of the template')}
          value={chat.template}
          onChange={(template) => change({ template })}
        />
      )}
      {several.length > 0 && (
        <label class="checkbox">
          {l10n.t('Template')}{' '}
          <select
            class="lab-select"
            value={chat.template ?? known?.template}
            onChange={({ currentTarget: { value } }) => change({ template: value })}
          >
            {several.map((name) => (
              <option value={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
    </div>
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
