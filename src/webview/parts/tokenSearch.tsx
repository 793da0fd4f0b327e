import * as l10n from '@vscode/l10n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, size, valued } from '../../shared/format';
import type { FoundTokens } from '../../shared/panel';
import type { Parsed } from '../../shared/vectors/expression';
import type { Actions } from '../actions';
import { TextField } from '../controls';
import { Faulty, readQuery } from './expression';
import { gridStep, useRoving } from './roving';
import { TokenText } from './text';
import { tokenLabel } from './words';

/**
 * The token that Enter chooses for `query`: the id of the closest one, `null` if none was found, `undefined` before the
 * answer to this query.
 */
export function closestToken(query: string, found: FoundTokens | null): number | null | undefined {
  return found?.query === query ? (found.tokens[0]?.id ?? null) : undefined;
}

/** The line below the tokens that were found. */
export function foundNote({ tokens, total }: Pick<FoundTokens, 'tokens' | 'total'>): string {
  if (total === 0) return l10n.t('No token has this text or id.');
  return total > tokens.length
    ? l10n.t('{0} of {1} tokens, closest first', count(tokens.length), count(total))
    : l10n.t('{0} found', count(total));
}

interface TokenSearchProps {
  /** Of the field. */
  readonly id: string;
  readonly found: FoundTokens | null;
  readonly label: string;
  readonly placeholder: string;
  /** May move the focus from the field. */
  readonly onChoose: (id: number) => void;
  /** Makes a vector of a query that is a sum of tokens, if that is offered. */
  readonly onMake?: (expression: string) => void;
  readonly act: Actions;
}

/** Finds a token of the vocabulary by its text or id. Arrows move in the list, Enter chooses, Escape closes it. */
export function TokenSearch({ id: fieldId, found, label, placeholder, onChoose, onMake, act }: TokenSearchProps) {
  const [query, setQuery] = useState('');
  /** Enter was pressed before the answer to this query came. */
  const waiting = useRef(false);
  const box = useRef<HTMLDivElement>(null);
  const list = query !== '' && found && found.query !== '' ? found : null;
  // A token that is written like a sum is meant as that token.
  const sum = onMake && list && list.tokens[0]?.text.trim() !== query.trim() ? readQuery(query) : null;
  const makes = sum !== null && 'expression' in sum;
  const length = (list?.tokens.length ?? 0) + Number(makes);
  const roving = useRoving(length, 0, (key, at) => gridStep(key, at, { count: length, rows: length }));
  const focusField = (): void => document.getElementById(fieldId)?.focus();
  const ask = (text: string): void => {
    waiting.current = false;
    setQuery(text);
    roving.reset();
    act.post({ type: 'find', query: text });
  };
  const chosen = (act: () => void): void => {
    ask('');
    focusField();
    act();
  };
  const choose = (id: number): void => chosen(() => onChoose(id));
  const make = (): void => chosen(() => onMake?.(query.trim()));
  const answer = (): void => {
    const id = closestToken(query, found);
    if (!waiting.current || id === undefined) return;
    waiting.current = false;
    if (makes) make();
    else if (id !== null) choose(id);
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
      {list && <FoundList list={list} query={query} sum={sum} roving={roving} onChoose={choose} onMake={make} />}
    </div>
  );
}

interface FoundListProps {
  readonly list: FoundTokens;
  readonly query: string;
  /** The query as a vector, which stands first, or why it is none. */
  readonly sum: Parsed | null;
  readonly roving: ReturnType<typeof useRoving>;
  readonly onChoose: (id: number) => void;
  readonly onMake: () => void;
}

const FoundList = ({ list, query, sum, roving, onChoose, onMake }: FoundListProps) => {
  const before = sum && 'expression' in sum ? 1 : 0;
  return (
    <div class="found">
      {list.tokens.length > 0 && (
        <p class="found-head small quiet" aria-hidden="true">
          <span>{l10n.t('token')}</span>
          <span class="number">{l10n.t('id')}</span>
          <span class="number">{l10n.t('size')}</span>
        </p>
      )}
      <ul role="listbox" aria-label={l10n.t('Tokens found')} {...roving.group}>
        {before === 1 && (
          <li role="presentation">
            <button
              type="button"
              role="option"
              aria-selected={roving.at === 0}
              class="found-token found-vector"
              onClick={onMake}
              {...roving.item(0)}
            >
              <span class="token-text">{query}</span>
              <span class="quiet small">{l10n.t('as a vector')}</span>
            </button>
          </li>
        )}
        {list.tokens.map((token, index) => (
          <li role="presentation">
            <button
              type="button"
              role="option"
              aria-selected={before + index === roving.at}
              aria-label={[
                tokenLabel(token),
                valued(l10n.t('id'), token.id),
                valued(l10n.t('size'), size(token.size)),
              ].join(', ')}
              class="found-token"
              data-id={token.id}
              onClick={() => onChoose(token.id)}
              {...roving.item(before + index)}
            >
              <TokenText token={token} />
              <span class="number quiet">{token.id}</span>
              <span class="number">{size(token.size)}</span>
            </button>
          </li>
        ))}
      </ul>
      {list.total === 0 && sum && 'fault' in sum ? (
        <Faulty expression={query} fault={sum.fault} />
      ) : (
        <p class="note" role="status">
          {list.total === 0 && sum ? l10n.t('A sum of tokens.') : foundNote(list)}
        </p>
      )}
    </div>
  );
};
