import * as l10n from '@vscode/l10n';
import { useEffect } from 'preact/hooks';
import { bits, probability, raw, roundedSize } from '../../shared/format';
import type { PanelState, RunView } from '../../shared/panel';
import type { NamedToken } from '../../shared/tokens';
import type { Actions } from '../actions';
import type { Column } from '../parts/columns';
import { barColumn, tokenRow, Table } from '../parts/table';
import { TextLink } from '../parts/text';
import { withoutHidden } from '../parts/unknown';
import { words, type Words, tokenLabel } from '../parts/words';
import { Pending, type SectionProps } from '../section';
import { chosenId } from '../store';

/** How a text goes on with a predicted token. */
export type Continues = (id: number) => void;

/** After the last token of the whole text alone: a token that was expected elsewhere would not follow there. */
export function continuesOf({ text, position }: PanelState, act: Actions): Continues | undefined {
  if (!text || position !== text.tokens.length - 1 || text.notDrawn > 0 || text.leftOut > 0) return undefined;
  return (id) => {
    awaitsFocus = true;
    act.post({ type: 'continueWith', id });
  };
}

/** Leads to the position where the text can go on. */
export function WhereToContinue({ state: { text, position, prediction }, act }: Pick<SectionProps, 'state' | 'act'>) {
  const last = (text?.tokens.length ?? 0) - 1;
  if (!prediction || position === last) return null;
  return (
    <TextLink onClick={() => act.post({ type: 'choosePosition', position: last })}>
      {l10n.t('Choose the last token to go on from the end of the text')}
    </TextLink>
  );
}

/** The new table takes the focus that the table before it had. */
let awaitsFocus = false;

/** Keeps the focus in the table while a person goes on from token to token. */
export const useFocusKept = (continues: Continues | undefined, of: unknown): void =>
  useEffect(() => {
    if (!awaitsFocus || !continues) return;
    awaitsFocus = false;
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>('.prediction-table .continue')?.focus({ preventScroll: true });
  }, [of]);

/** A button in every row whose token the text can go on with. */
export const continueColumn = <R,>(tokenOf: (row: R) => NamedToken, onContinue: Continues): Column<R> => ({
  head: '',
  cells: 'continue-cell',
  value: tokenOf,
  draw: () => '+',
  press: (row) => onContinue(tokenOf(row).id),
  button: (row) => {
    const label = l10n.t('Continue with {0}', tokenLabel(tokenOf(row)));
    return { class: 'continue', title: label, 'aria-label': label };
  },
});

interface LikeliestProps {
  readonly label: string;
  readonly entries: readonly { readonly token: NamedToken; readonly probability: number }[];
  readonly chosen: number | undefined;
  readonly continues?: Continues | undefined;
}

/** The compact form of a prediction: tokens and their probabilities, likeliest first. */
export const Likeliest = ({ label, entries, chosen, continues }: LikeliestProps) => (
  <Table
    name="fixed likeliest"
    label={label}
    isHeadless
    chooses
    rows={entries}
    chosen={chosen}
    row={({ token }, at) => ({ ...tokenRow(token, chosen), 'data-rank': at + 1 })}
    columns={[
      {
        head: l10n.t('token'),
        cells: 'name',
        names: true,
        value: ({ token }) => token,
      },
      ...(continues ? [continueColumn<(typeof entries)[number]>(({ token }) => token, continues)] : []),
      barColumn<(typeof entries)[number]>((entry) => entry.probability),
      { head: l10n.t('probability'), value: (entry) => entry.probability, print: probability, cells: 'probability' },
    ]}
  />
);

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
