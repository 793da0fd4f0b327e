import { raw } from '../../shared/format';
import { TextField } from '../controls';
import type { FileFact } from './facts';

/** A name that may break after a dot or an underscore, as a narrow panel needs it. */
export const Breakable = ({ name }: { readonly name: string }) => (
  <bdi>
    {name.split(/(?<=[._])/).map((part, index) => (
      <>
        {index > 0 && <wbr />}
        {part}
      </>
    ))}
  </bdi>
);

interface FilterProps {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onFilter: (query: string) => void;
  /** How many rows are left; null without a query. */
  readonly left: string | null;
}

/** The field above a list that narrows it. Escape empties it. */
export const Filter = ({ left, onFilter, ...field }: FilterProps) => (
  <div class="row centre file-filter">
    <TextField
      {...field}
      onInput={onFilter}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || field.value === '') return;
        event.stopPropagation();
        onFilter('');
      }}
    />
    <span class="small quiet" role="status">
      {left}
    </span>
  </div>
);

/** Facts about the file or one of its tensors. */
export const FileFacts = ({ facts }: { readonly facts: readonly FileFact[] }) => (
  <dl class="tiles file-facts">
    {facts.map(({ name, label, value, raw: number }) => (
      <div key={name}>
        <dt>{label}</dt>
        <dd data-fact={name} data-value={number === undefined ? undefined : raw(number)}>
          {value}
        </dd>
      </div>
    ))}
  </dl>
);
