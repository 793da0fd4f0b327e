import { useRef, useState } from 'preact/hooks';
import { TextField } from '../controls';
import { count, size } from '../parts/format';
import { spokenToken } from '../parts/glyphs';
import { gridStep, useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import type { SectionProps } from '../section';

export const searchId = 'find-token';

/** Finds any token of the vocabulary by its text or its id; arrows move in the list below, Enter chooses, Escape closes. */
export function Search({ state: { found }, act }: SectionProps) {
  const [query, setQuery] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const list = query !== '' && found && found.query !== '' ? found : null;
  const length = list?.tokens.length ?? 0;
  const roving = useRoving(length, 0, (key, at) => gridStep(key, at, { count: length, rows: length }));
  const field = (): void => document.getElementById(searchId)?.focus();
  const ask = (text: string): void => {
    setQuery(text);
    roving.reset();
    act.post({ type: 'find', query: text });
  };
  const choose = (id: number | undefined): void => {
    if (id === undefined) return;
    ask('');
    act.post({ type: 'chooseToken', id });
    field();
  };
  const onFieldKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' && length > 0) roving.focus(0);
    else if (event.key === 'Enter' && list?.query === query) choose(list.tokens[0]?.id);
    else return;
    event.preventDefault();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || query === '') return;
    event.stopPropagation();
    ask('');
    field();
  };
  const onLeave = (event: FocusEvent): void => {
    if (list && !(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget))) ask('');
  };
  return (
    <div class="search" role="search" ref={box} onKeyDown={onKey} onFocusOut={onLeave}>
      <TextField id={searchId} value={query} label="Find a token of the vocabulary by its text or id" placeholder="Find a token, by text or id" onInput={ask} onKeyDown={onFieldKey} />
      {list && (
        <div class="found">
          <ul role="listbox" aria-label="Tokens found" {...roving.group}>
            {list.tokens.map((token, index) => (
              <li role="presentation">
                <button type="button" role="option" aria-selected={index === roving.at} aria-label={`${spokenToken(token)}, id ${token.id}, size ${size(token.size)}`} class="found-token" data-id={token.id} onClick={() => choose(token.id)} {...roving.item(index)}>
                  <TokenText token={token} />
                  <span class="number quiet">{token.id}</span>
                  <span class="number">{size(token.size)}</span>
                </button>
              </li>
            ))}
          </ul>
          <p class="note" role="status">
            {list.total === 0 ? 'No token has this text or id.' : list.total > length ? `${count(length)} of ${count(list.total)} tokens, shortest first` : `${count(list.total)} found`}
          </p>
        </div>
      )}
    </div>
  );
}
