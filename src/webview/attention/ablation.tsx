import * as l10n from '@vscode/l10n';
import { greatest } from 'd3-array';
import type { ComponentChildren } from 'preact';
import type { Ablation, LayerPart, Replacement, BeforeAfter } from '../../shared/ablation';
import { headNumber } from '../../shared/attention';
import { modelPart } from '../../shared/blameWords';
import { expertName } from '../../shared/experts';
import { fixed, probability, signed, bits, valued } from '../../shared/format';
import type { AblationView } from '../../shared/instruments';
import { type LayerKinds, madeOf } from '../../shared/layerParts';
import { neuronName } from '../../shared/neurons';
import type { PanelState } from '../../shared/panel';
import type { OwnRun } from '../../shared/provenance';
import type { SectionId } from '../../shared/rooms';
import { type Actions, useAct } from '../actions';
import { Button } from '../controls';
import { pending } from '../parts/awaited';
import { type Column, copiedRows, type TableData } from '../parts/columns';
import { type Target, targetWords } from '../parts/compared';
import { Copy } from '../parts/copy';
import { passFocus } from '../parts/roving';
import { tokenRow, Table } from '../parts/table';
import { Sentence, TextLink } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { type Words, words } from '../parts/words';
import { Pending } from '../section';
import { chosenId } from '../store';

/** A part in a sentence after its verb: `attention of layer 23`. */
export function translatedPart(part: LayerPart, kinds?: LayerKinds): string {
  switch (part.kind) {
    case 'head':
      return valued(l10n.t('head'), headNumber(part));
    case 'neuron':
      return valued(l10n.t('neuron'), neuronName(part));
    case 'expert':
      return valued(l10n.t('expert'), expertName(part));
    case 'attention':
    case 'feedForward':
      return modelPart({ ...part, ...madeOf(part.kind, part.layer, kinds) }, l10n);
  }
}

/** The section where a part is left out. */
export const sectionOfPart = ({ kind }: LayerPart): SectionId =>
  kind === 'neuron' ? 'neurons' : kind === 'expert' ? 'experts' : 'attention';

export const isSamePart = (a: LayerPart, b: LayerPart): boolean => translatedPart(a) === translatedPart(b);

/** The push of a part at the chosen position. `null` while it is not known. */
export function ablationPush(
  part: LayerPart,
  { attention: { grid }, journey, neurons, experts }: Pick<PanelState, 'attention' | 'journey' | 'neurons' | 'experts'>,
): number | null {
  switch (part.kind) {
    case 'head':
      return grid?.heads[part.layer]?.[part.head]?.push ?? null;
    case 'neuron':
      return (
        [...(neurons.view ? [neurons.view.neuron] : []), ...(neurons.list?.neurons ?? [])].find(
          ({ layer, index }) => layer === part.layer && index === part.index,
        )?.push ?? null
      );
    case 'expert':
      return experts?.layers[part.layer]?.parts.find(({ expert }) => expert === part.expert)?.push ?? null;
    case 'attention':
      return journey?.push.attention[part.layer] ?? null;
    case 'feedForward':
      return journey?.push.feedForward[part.layer] ?? null;
  }
}

const best = (tokens: Ablation['tokens'], side: 0 | 1) => greatest(tokens, ({ logits }) => logits[side]);

/** What the position predicts without a part. */
export function ablationWords({ part, by, result }: AblationView, kinds?: LayerKinds): Words {
  const [before, after] = result ? [best(result.tokens, 0), best(result.tokens, 1)] : [];
  if (!result || !before || !after) return [];
  const name = translatedPart(part, kinds);
  const [was, is] = [probability(before.probabilities[0]), probability(after.probabilities[1])];
  return words(
    before.token.id === after.token.id
      ? l10n.t('Without {0} the model still predicts {1} ({4} → {2}). KL divergence: {5} bits.')
      : l10n.t('Without {0} the model predicts {1} ({2}) instead of {3} ({4}). KL divergence: {5} bits.'),
    by === 'zero' ? name : l10n.t('{0} (its mean in its place)', name),
    after.token,
    is,
    before.token,
    was,
    bits(result.divergence),
  );
}

/** How much a listed token’s logit, or another of its numbers, changed. */
export const changeOf = ([before, after]: BeforeAfter): number => after - before;

/** How much the pushed logit, or the difference of two, really changed. `null` if a token of it is not listed. */
export function realChange({ tokens }: Ablation, { output, against }: Target): number | null {
  const of = (id: number): number | null => {
    const found = tokens.find(({ token }) => token.id === id);
    return found ? changeOf(found.logits) : null;
  };
  const first = of(output.id);
  if (!against) return first;
  const second = of(against.id);
  return first === null || second === null ? null : first - second;
}

/** The change that a push promises beside the real one. */
export function promisedWords(push: number, real: number | null, target: Target): Words {
  const named = words(target.against ? l10n.t('the difference {0}') : l10n.t('the logit of {0}'), targetWords(target));
  if (real === null) return words(l10n.t('The push alone would change {0} by {1}.'), named, signed(-push));
  return words(
    l10n.t(
      'The push alone would change {0} by {1}. It really changed by {2}, because the final norm and the later layers changed too.',
    ),
    named,
    signed(-push),
    signed(real),
  );
}

interface RunAblatedProps {
  readonly part: LayerPart;
  readonly label: string;
}

/** Runs the text again without a part. */
export function RunAblated({ part, label }: RunAblatedProps) {
  const act = useAct();
  return <TextLink onClick={() => act.post({ type: 'ablate', ablation: { part, by: 'zero' } })}>{label}</TextLink>;
}

interface AblatedProps {
  readonly ablation: AblationView;
  readonly state: PanelState;
  readonly act: Actions;
}

interface SecondRunProps {
  readonly title: ComponentChildren;
  /** What changes the run. */
  readonly of: OwnRun;
  /** Between the title and the prediction. */
  readonly choice?: ComponentChildren;
  readonly result: Ablation | null;
  /** Why there is none yet. */
  readonly pending: string;
  /** A sentence above the table. */
  readonly said: Words;
  readonly note?: ComponentChildren;
  /** The changes of the logits that a linear push promised, one a token. */
  readonly promised?: readonly number[] | undefined;
  readonly end: string;
  readonly onEnd: () => void;
  readonly chosen: number | undefined;
}

/** A prediction before and after a change of the run, side by side. */
export function SecondRun(props: SecondRunProps) {
  const { title, of, choice, result, pending, said, note, promised, end, onEnd, chosen } = props;
  const table = result && beforeAfterTable(result, {}, promised);
  return (
    <>
      <div class="spread">
        <h3>{title}</h3>
        <span class="row">
          {table && (
            <Copy name={l10n.t('The likeliest tokens before and after')} tables={() => [copiedRows(table)]} of={of} />
          )}
          <Button
            onPress={(event) => {
              passFocus(event, 'section', 'h2');
              onEnd();
            }}
          >
            {end}
          </Button>
        </span>
      </div>
      {choice}
      {table ? (
        <>
          <p class="above" data-fact="without">
            <Sentence words={said} chosen={chosen} />
          </p>
          {note}
          <Table
            {...table}
            name="natural dense above before-after"
            label={l10n.t('The likeliest tokens before and after')}
            chosen={chosen}
            row={({ token }) => tokenRow(token, chosen)}
            above={<BeforeAfterGroups logits={promised ? 4 : 3} />}
          />
          <p class="note">
            {l10n.t('The rows are in the order of the prediction before.')}
            {promised &&
              ` ${l10n.t('Push alone: the change of a logit if no later layer reacted and h kept its size.')}`}
          </p>
        </>
      ) : (
        <Pending>{pending}</Pending>
      )}
    </>
  );
}

/** The predictions with and without a part. */
export function AblatedPart({ ablation, state, act }: AblatedProps) {
  const { part, by, result } = ablation;
  // Whose logit is pushed; each is known only while its section is in sight.
  const target = state.attention.grid ?? state.neurons.list ?? state.experts;
  const push = ablationPush(part, state);
  const chosen = chosenId(state);
  return (
    <div class="without above" data-part={part.kind}>
      <SecondRun
        title={l10n.t('Without {0}', translatedPart(part, state.model?.trunk))}
        of="ablation"
        choice={
          // An expert that does not run everywhere has no mean.
          part.kind !== 'expert' && (
            <div class="row">
              <span class="small quiet">{l10n.t('in its place')}</span>
              <Toggles<Replacement>
                label={l10n.t('Instead of its output')}
                options={[
                  ['zero', l10n.t('zeros')],
                  ['mean', l10n.t('its mean over the text')],
                ]}
                value={by}
                onChoose={(choice) => act.post({ type: 'ablate', ablation: { part, by: choice } })}
              />
            </div>
          )
        }
        result={result}
        pending={pending(state)}
        said={ablationWords(ablation, state.model?.trunk)}
        note={
          by === 'zero' &&
          target &&
          push !== null &&
          result && (
            <p class="note" data-fact="promised">
              <Sentence words={promisedWords(push, realChange(result, target), target)} chosen={chosen} />
            </p>
          )
        }
        end={l10n.t('End the second run')}
        onEnd={() => act.post({ type: 'ablate', ablation: null })}
        chosen={chosen}
      />
    </div>
  );
}

const two = (value: number): string => fixed(value, 2);

interface Runs<R> {
  readonly names?: readonly [string, string];
  /** The names in a copy. */
  readonly keys?: readonly [string, string];
  readonly between?: readonly Column<R>[];
}

/** Logits and probabilities of two runs, and more columns between them; copied with the logits first. */
export const beforeAfterTable = <R extends Ablation['tokens'][number]>(
  { tokens }: { readonly tokens: readonly R[] },
  { names = [l10n.t('before'), l10n.t('after')], keys = ['before', 'after'], between = [] }: Runs<R> = {},
  promised?: readonly number[],
): TableData<R> => ({
  columns: [
    { key: 'id', value: ({ token }) => token.id },
    { key: 'token', head: l10n.t('token'), name: 'name', names: true, value: ({ token }) => token },
    { head: names[0], cells: 'before', value: ({ probabilities }) => probabilities[0], print: probability },
    { head: names[1], cells: 'after strong', value: ({ probabilities }) => probabilities[1], print: probability },
    ...between,
    { key: `logit ${keys[0]}`, head: names[0], cells: 'before', value: ({ logits }) => logits[0], print: two },
    { key: `logit ${keys[1]}`, head: names[1], cells: 'after', value: ({ logits }) => logits[1], print: two },
    { key: 'change', head: l10n.t('change'), cells: 'change', value: ({ logits }) => changeOf(logits), print: signed },
    { key: `probability ${keys[0]}`, value: ({ probabilities }) => probabilities[0] },
    { key: `probability ${keys[1]}`, value: ({ probabilities }) => probabilities[1] },
    ...(promised
      ? [
          {
            key: 'promised',
            head: l10n.t('push alone'),
            name: 'promised',
            value: (_: R, at: number) => promised[at],
            print: signed,
          },
        ]
      : []),
  ],
  rows: tokens,
});

interface GroupsProps {
  readonly between?: ComponentChildren;
  /** Columns about logits. */
  readonly logits?: number;
}

/** Names the two columns of probabilities and those of logits. */
export const BeforeAfterGroups = ({ between, logits = 3 }: GroupsProps) => (
  <tr>
    <td />
    <th scope="colgroup" colSpan={2} class="group">
      {l10n.t('probability')}
    </th>
    {between}
    <th scope="colgroup" colSpan={logits} class="group">
      {l10n.t('logit')}
    </th>
  </tr>
);
