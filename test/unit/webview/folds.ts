import { setFold } from '../../../src/webview/parts/fold';
import { sections } from '../../../src/webview/sections';

const parts = [
  ...['own-rank', 'gain', 'sizes', 'vocabularies', 'token-numbers', 'nearest', 'factors', 'lengths', 'journey-charts'],
  ...['lens', 'leaders', 'vector-operands', 'vector-predicted', 'surprising', 'lines'],
];

/** Opens the sections and parts that begin folded, in all that is drawn from now on. */
export function unfoldAll(others: readonly string[] = []): void {
  const folded = sections.flatMap(({ id, isFolded }) => (isFolded ? [id] : []));
  for (const name of [...folded, ...parts, ...others]) setFold(name, true);
}
