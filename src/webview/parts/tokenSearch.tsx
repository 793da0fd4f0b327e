import * as l10n from '@vscode/l10n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, size } from '../../shared/format';
import type { Found } from '../../shared/panel';
import type { Actions } from '../actions';
import { TextField } from '../controls';
import { gridStep, useRoving } from './roving';
import { TokenText } from './text';
import { tokenLabel } from './words';

/**
 * The token that Enter chooses for `query`: the id of the closest one, `null` if none was found, `undefined` before the
 * answer to this query.
 */
export function closestToken(query: string, found: Found | null): number | null | undefined {
  return found?.query === query ? (found.tokens[0]?.id ?? null) : undefined;
}

/** The line below the tokens that were found. */
export function foundNote({ tokens, total }: Pick<Found, 'tokens' | 'total'>): string {
  if (total === 0) return l10n.t('No token has this text or id.');
  return total > tokens.length
    ? l10n.t('{0} of {1} tokens, closest first', count(tokens.length), count(total))
    : l10n.t('{0} found', count(total));
}

interface TokenSearchProps {
  /** Of the field. */
  readonly id: string;
  readonly found: Found | null;
  readonly label: string;
  readonly placeholder: string;
  /** May move the focus from the field. */
  readonly onChoose: (id: number) => void;
  readonly act: Actions;
}

/** Finds a token of the vocabulary by its text or id. Arrows move in the list, Enter chooses, Escape closes it. */
export function TokenSearch({ id: fieldId, found, label, placeholder, onChoose, act }: TokenSearchProps) {
  const [query, setQuery] = useState('');
  /** Enter was pressed before the answer to this query came. */
  const waiting = useRef(false);
  const box = useRef<HTMLDivElement>(null);
  const list = query !== '' && found && found.query !== '' ? found : null;
  const length = list?.tokens.length ?? 0;
  const roving = useRoving(length, 0, (key, at) => gridStep(key, at, { count: length, rows: length }));
  const focusField = (): void => document.getElementById(fieldId)?.focus();
  const ask = (text: string): void => {
    waiting.current = false;
    setQuery(text);
    roving.reset();
    act.post({ type: 'find', query: text });
  };
  const choose = (id: number): void => {
    ask('');
    focusField();
    onChoose(id);
  };
  const answer = (): void => {
    const id = closestToken(query, found);
    if (!waiting.current || id === undefined) return;
    waiting.current = false;
    if (id !== null) choose(id);
  };
  useEffect(answer, [found]);
  const onFieldKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' && length > 0) {
      waiting.current = false;
      roving.focus(0);
    } else if (event.key === 'Enter' && query !== '') {
      waiting.current = true;
      answer();
    } else return;
    event.preventDefault();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || query === '') return;
    event.stopPropagation();
    ask('');
    focusField();
  };
  const onLeave = (event: FocusEvent): void => {
    if (event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget)) return;
    waiting.current = false;
    if (list) ask('');
  };
  return (
    <div class="search" role="search" aria-label={label} ref={box} onKeyDown={onKey} onFocusOut={onLeave}>
      <TextField
        id={fieldId}
        value={query}
        label={label}
        placeholder={placeholder}
        onInput={ask}
        onKeyDown={onFieldKey}
      />
      {list && <FoundTokens list={list} roving={roving} onChoose={choose} />}
    </div>
  );
}

interface FoundTokensProps {
  readonly list: Found;
  readonly roving: ReturnType<typeof useRoving>;
  readonly onChoose: (id: number) => void;
}

const FoundTokens = ({ list, roving, onChoose }: FoundTokensProps) => (
  <div class="found">
    {list.tokens.length > 0 && (
      <p class="found-head" aria-hidden="true">
        <span>{l10n.t('token')}</span>
        <span class="number">{l10n.t('id')}</span>
        <span class="number">{l10n.t('size')}</span>
      </p>
    )}
    <ul role="listbox" aria-label={l10n.t('Tokens found')} {...roving.group}>
      {list.tokens.map((token, index) => (
        <li role="presentation">
          <button
            type="button"
            role="option"
            aria-selected={index === roving.at}
            aria-label={l10n.t('{0}, id {1}, size {2}', tokenLabel(token), token.id, size(token.size))}
            class="found-token"
            data-id={token.id}
            onClick={() => onChoose(token.id)}
            {...roving.item(index)}
          >
            <TokenText token={token} />
            <span class="number quiet">{token.id}</span>
            <span class="number">{size(token.size)}</span>
          </button>
        </li>
      ))}
    </ul>
    <p class="note" role="status">
      {foundNote(list)}
    </p>
  </div>
);
