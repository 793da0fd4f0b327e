/** A probability as the cell of a row: bars run from 0 to 1. */
export const Bar = ({ share }: { readonly share: number }) => (
  <td class="bar-cell" aria-hidden="true">
    <span class="bar" style={{ width: `${(100 * share).toFixed(2)}%` }} />
  </td>
);
