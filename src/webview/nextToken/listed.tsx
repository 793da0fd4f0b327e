import * as l10n from '@vscode/l10n';
import { bits, probability, raw, roundedSize } from '../../shared/format';
import type { PanelState, RunView } from '../../shared/panel';
import { withoutHidden } from '../parts/unknown';
import { words, type Words } from '../parts/words';
import { Pending, type SectionProps } from '../section';
import { chosenId } from '../store';
import { continuesOf } from './continueColumn';
import { Likeliest } from './likeliest';

/** The likeliest tokens after a position, as a server lists them; null if there is no such list. */
export function listAt({ run, position }: PanelState): RunView['likeliest'][number] | null {
  if (!run?.listed || position === null) return null;
  return run.likeliest[position] ?? null;
}

/** The entropy after a position as far as the list reaches: `2.14 to 2.60`. */
export function entropyRange({ entropy, listed }: RunView, position: number): string {
  const [least, most] = [entropy[position], listed?.entropyAtMost[position] ?? null];
  if (most === null) return l10n.t('at least {0} bits', bits(least));
  return bits(least) === bits(most)
    ? l10n.t('{0} bits', bits(least))
    : l10n.t('{0} to {1} bits', bits(least), bits(most));
}

/** The likeliest token and how uncertain the rest is. */
export function listedFinding(state: PanelState): Words {
  const [first] = listAt(state) ?? [];
  const { run, position } = state;
  if (!first || !run || position === null) return [];
  return words(
    l10n.t('The likeliest token is {0} ({1}). The entropy is {2}'),
    first.token,
    probability(first.probability),
    entropyRange(run, position),
  );
}

/** The likeliest tokens as a server lists them, and why their logits are not taken apart. */
export function Listed({ state, act }: SectionProps) {
  const entries = listAt(state) ?? [];
  const why = withoutHidden(state);
  const { run, position } = state;
  /** null if the server does not send h. */
  const size = position === null ? null : (run?.hiddenSize[position] ?? null);
  return (
    <>
      <div class="listed">
        <Likeliest
          label={l10n.t('Likeliest next tokens')}
          entries={entries}
          chosen={chosenId(state)}
          onChoose={(id) => act.post({ type: 'chooseToken', id })}
          continues={continuesOf(state, act)}
        />
      </div>
      {size !== null && (
        <p class="note" data-fact="hidden-size" data-value={raw(size)}>
          {l10n.t('The size of h is {0}.', roundedSize(size))}
        </p>
      )}
      {why !== null && <Pending>{why}</Pending>}
    </>
  );
}
