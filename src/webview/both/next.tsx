import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import { bothOf, type Both, type PositionInBoth, type TokenInBoth } from '../../shared/both';
import { likeliestInBoth, areUnrelated } from '../../shared/bothFacts';
import { printedLead, shownChange } from '../../shared/bothFinding';
import { fixed, probability, signed, size, sizeOfH } from '../../shared/format';
import { haveSameResiduals, ResidualCharts } from '../journey/twoResiduals';
import { type Column, copiedRows } from '../parts/columns';
import { Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { listedRows, TwoLists } from '../parts/twoLists';
import { words } from '../parts/words';
import { TakeAway } from '../picture/save';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { bothPending, letteredNames, bothLayersFinding } from './sectionFindings';

function BothLayersBody({ state }: SectionProps) {
  const { position, rows } = state.both;
  if (!position) return <Pending>{bothPending(state)}</Pending>;
  if (haveSameResiduals(position)) return <Pending>{l10n.t('There is no difference to draw.')}</Pending>;
  const [a, b] = position.residualSize;
  return a.length === b.length ? (
    <ResidualCharts
      residuals={areUnrelated(rows) ? { ...position, residualAngle: null } : position}
      name="both-layers"
      title={l10n.t('Two models, layer by layer')}
    />
  ) : (
    <Pending>{l10n.t('The models have different numbers of layers, so layers cannot be compared one by one.')}</Pending>
  );
}

export const bothLayers: Section = {
  id: 'both-layers',
  title: () => l10n.t('By layer'),
  isFolded: true,
  shown: ({ both }) => both.text?.kind === 'same',
  finding: bothLayersFinding,
  Controls: ChosenPlace,
  Body: BothLayersBody,
};

const two = (value: number): string => fixed(value, 2);
const five = (value: number): string => fixed(value, 5);
const isBiased = ({ tokens }: PositionInBoth): boolean => tokens.some(({ parts }) => parts.bias !== 0);
/** A bias is what the product of the factors leaves of the logit. */
const biasOf = ({ hiddenSize }: PositionInBoth, { size: of, cosine, logit }: TokenInBoth, side: 0 | 1): number =>
  logit[side] - hiddenSize[side] * of[side] * cosine[side];

/** A model's likeliest tokens with their factors, best first. */
export const predictionsTable = (position: PositionInBoth, side: 0 | 1) =>
  listedRows<TokenInBoth>(
    position.likeliest[side].flatMap((index) => position.tokens[index] ?? []),
    [
      {
        key: 'probability',
        head: (
          <>
            <span class="long-head">{l10n.t('probability')}</span>
            <span class="small-only" aria-hidden="true">
              p
            </span>
          </>
        ),
        name: 'p',
        value: (row) => row.probability[side],
        print: probability,
      },
      {
        key: '‖h‖',
        head: '‖h‖',
        name: 'factor',
        cells: 'quiet',
        value: () => position.hiddenSize[side],
        print: sizeOfH,
      },
      { key: '‖u‖', head: '‖u‖', name: 'factor', value: (row) => row.size[side], print: size },
      { key: 'cos θ', head: 'cos θ', name: 'factor', value: (row) => row.cosine[side], print: five },
      {
        key: 'logit',
        head: l10n.t('logit'),
        name: 'not-tiny',
        cells: 'strong',
        value: (row) => row.logit[side],
        print: two,
      },
      { key: 'rank in the other model', value: ({ rank }) => rank[side === 0 ? 1 : 0] },
    ],
  );

interface PartsProps {
  readonly position: PositionInBoth;
  readonly entry: TokenInBoth;
  readonly chosen: number | undefined;
}

/** The change of one logit in its parts: rows for A, B and what each factor changed. */
function Parts({ position, entry, chosen }: PartsProps) {
  const { token, parts } = entry;
  const column = (
    head: string,
    values: Both<number>,
    print: (value: number) => string,
    part: number,
  ): Column<number> => ({
    head,
    name: 'number',
    value: (row) => [...values, part][row],
    draw: (row) => (row === 2 ? signed(part) : print(values[row as 0 | 1])),
  });
  const firsts = likeliestInBoth(position);
  const lead = firsts && firsts[0] === entry && firsts[1] !== entry ? firsts : null;
  const biases = bothOf((side) => biasOf(position, entry, side));
  return (
    <div class="both-parts above" data-fact="parts" data-id={token.id}>
      <h3>
        <Sentence words={words(l10n.t('The logit of {0}, A → B, taken apart'), token)} chosen={chosen} />
      </h3>
      <Table<number>
        name="natural both-table both-parts-table"
        label={l10n.t('The change of the logit in its parts')}
        columns={[
          {
            head: '',
            names: true,
            value: (row) => [l10n.t('in A'), l10n.t('in B'), l10n.t('part of the change')][row],
          },
          column('‖h‖', position.hiddenSize, sizeOfH, parts.hiddenSize),
          column('‖u‖', entry.size, size, parts.size),
          column('cos θ', entry.cosine, five, parts.angle),
          ...(isBiased(position) ? [column(l10n.t('bias'), biases, (value) => fixed(value, 3), parts.bias)] : []),
          column(l10n.t('logit'), entry.logit, two, shownChange(entry)),
        ]}
        rows={[0, 1, 2]}
        row={(row) => ({ class: row === 2 ? 'total' : undefined })}
      />
      {lead && <LeadParts firsts={lead} isBiased={isBiased(position)} chosen={chosen} />}
      <p class="note">
        {l10n.t(
          'The parts add up to the change of the logit, but for rounding. Each is the mean over the six orders in which the size of h, the size of the token and the angle can be exchanged. Point at a token to take its logit apart.',
        )}
      </p>
    </div>
  );
}

interface LeadProps {
  readonly firsts: Both<TokenInBoth>;
  readonly isBiased: boolean;
  readonly chosen: number | undefined;
}

/** The change of the lead of A's first token over B's: that of one logit less that of the other, part by part. */
function LeadParts({ firsts, isBiased: hasBias, chosen }: LeadProps) {
  const { parts } = printedLead(firsts);
  const change = (row: number): number => {
    const [of, over] = bothOf((side) => shownChange(firsts[side]));
    return [of, over, of - over][row] ?? NaN;
  };
  const column = (head: string, value: (row: number) => number): Column<number> => ({
    head,
    name: 'number',
    value,
    print: signed,
  });
  const part = (head: string, key: keyof typeof parts) =>
    column(head, (row) => [firsts[0].parts[key], firsts[1].parts[key], parts[key]][row] ?? NaN);
  return (
    <Table<number>
      name="natural both-table both-lead-table"
      label={l10n.t('The change of the lead in its parts')}
      chosen={chosen}
      columns={[
        {
          head: l10n.t('parts of the change'),
          names: true,
          value: (row) => firsts[row]?.token ?? l10n.t('lead'),
        },
        part('‖h‖', 'hiddenSize'),
        part('‖u‖', 'size'),
        part('cos θ', 'angle'),
        ...(hasBias ? [part(l10n.t('bias'), 'bias')] : []),
        column(l10n.t('logit'), change),
      ]}
      rows={[0, 1, 2]}
      row={(row) => ({ class: row === 2 ? 'total' : undefined })}
    />
  );
}

function BothNextBody({ state }: SectionProps) {
  const { position } = state.both;
  const chosen = chosenId(state);
  const named = letteredNames(state);
  const [lit, setLit] = useState<number | null>(null);
  if (!position) return <Pending>{bothPending(state)}</Pending>;
  const entryOf = (id: number | null | undefined) => position.tokens.find(({ token }) => token.id === id);
  const entry = entryOf(lit) ?? entryOf(chosen) ?? likeliestInBoth(position)?.[0];
  return (
    <>
      <TwoLists
        picture="both-next"
        label={l10n.t('Likeliest next tokens')}
        heads={bothOf((side) => `${'AB'[side]} · ${named[side]}`)}
        tables={bothOf((side) => predictionsTable(position, side))}
        rankOf={(id, side) => entryOf(id)?.rank[side === 'left' ? 1 : 0] ?? null}
        chosen={chosen}
        lit={lit}
        onLight={setLit}
      />
      {entry && <Parts position={position} entry={entry} chosen={chosen} />}
    </>
  );
}

function BothNextControls(props: SectionProps) {
  const {
    state: {
      both: { position },
    },
  } = props;
  return position ? (
    <>
      <ChosenPlace {...props} />
      <TakeAway
        picture="both-next"
        title={l10n.t('The likeliest next tokens of both models')}
        tables={() => bothOf((side) => copiedRows(predictionsTable(position, side)))}
      />
    </>
  ) : null;
}

export const bothNext: Section = {
  id: 'both-next',
  title: () => l10n.t('Next token'),
  isFolded: true,
  shown: ({ both }) => both.text?.kind === 'same',
  finding: () => [],
  Controls: BothNextControls,
  Body: BothNextBody,
};
