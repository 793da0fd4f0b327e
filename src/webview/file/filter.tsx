import { TextField } from '../controls';

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
