import * as l10n from '@vscode/l10n';
import { bits, raw } from '../../shared/format';
import { Likeliest } from '../nextToken/predictions';
import type { SurfaceProps } from '../section';
import { chosenId } from '../store';

/** What the model expected where the chosen position stands. Nothing where no prediction comes before it. */
export function Expected({ state, act }: SurfaceProps) {
  const { run, position } = state;
  const entries = position === null || !run || position >= run.length ? undefined : run.likeliest[position - 1];
  if (!run || position === null || !entries) return null;
  const surprisal = run.surprisal[position] ?? null;
  return (
    <section data-section="expected" aria-labelledby="side-expected">
      <header class="side-head">
        <h2 id="side-expected">{l10n.t('Expected here')}</h2>
        {surprisal !== null && (
          <span class="small quiet" data-fact="surprisal" data-value={raw(surprisal)}>
            {l10n.t('it came at {0} bits', bits(surprisal))}
          </span>
        )}
      </header>
      <Likeliest
        label={l10n.t('Likeliest tokens at this position')}
        entries={entries}
        chosen={chosenId(state)}
        onChoose={(id) => act.post({ type: 'chooseToken', id })}
      />
    </section>
  );
}
