import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import { bits, capitalised, degrees, fixed, probability, roundedSize, size, valued } from '../../shared/format';
import type { KeptVector } from '../../shared/instruments';
import { metrics } from '../../shared/metrics';
import { longestExpression } from '../../shared/vectors/expression';
import type { OwnVector, PredictedByVector, VectorOperand } from '../../shared/vectors/vector';
import { AskedField } from '../controls';
import { neighboursTable } from '../neighbours/list';
import { Lists } from '../neighbours/section';
import { pending } from '../parts/awaited';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Faulty, makeVector } from '../parts/expression';
import { Fold } from '../parts/fold';
import { hiddenIn, HideFragments } from '../parts/fragments';
import { metricName } from '../parts/metrics';
import { useRemembered } from '../parts/remembered';
import { useInSight } from '../parts/sight';
import { tokenRow, Table, barColumn } from '../parts/table';
import { Sentence, TextLink } from '../parts/text';
import { Centred, Toggle } from '../parts/toggles';
import { withoutMatrices } from '../parts/unknown';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { vectorscopeSection } from '../vectorscope/section';
import { drawnLists, operandIds, placesWords, vectorFinding } from './finding';

const longestName = 60;

/** The vectors that a person keeps by name. */
function KeptVectors({ state: { vector, keptVectors }, act }: SectionProps) {
  const [name, setName] = useState('');
  const expression = vector?.result?.expression ?? null;
  const keep = (kept: Omit<KeptVector, 'expression'> & { readonly expression: string | null }): void =>
    act.post({ type: 'keepVector', ...kept });
  const keepIt = (): void => {
    keep({ name: name.trim() || (expression ?? '').slice(0, longestName), expression });
    setName('');
  };
  const buttons = [
    [
      l10n.t('Copy'),
      (kept: KeptVector) => l10n.t('Copy the expression of {0}', kept.name),
      (kept: KeptVector) => act.post({ type: 'copy', text: kept.expression }),
    ],
    [
      l10n.t('Forget'),
      (kept: KeptVector) => l10n.t('Forget {0}', kept.name),
      (kept: KeptVector) => keep({ ...kept, expression: null }),
    ],
  ] as const;
  return (
    <>
      {(expression !== null || keptVectors.length > 0) && <h3>{l10n.t('Kept vectors')}</h3>}
      {expression !== null && (
        <AskedField
          id="vector-name"
          value={name}
          label={l10n.t('Name of the vector')}
          placeholder={l10n.t('A name')}
          maxLength={longestName}
          onInput={setName}
          action={l10n.t('Keep the vector')}
          onAsk={keepIt}
        />
      )}
      {keptVectors.length > 0 && (
        <Table<KeptVector>
          name="vector-kept"
          label={l10n.t('Kept vectors')}
          rows={keptVectors}
          columns={[
            {
              ...{ head: l10n.t('name'), names: true, value: (kept) => kept.name },
              press: (kept) => makeVector(kept.expression, act),
            },
            { head: l10n.t('expression'), cells: 'mono', value: (kept) => kept.expression },
            ...buttons.map(([text, label, press]) => ({
              ...{ head: '', value: () => text, press },
              button: (kept: KeptVector) => ({ 'aria-label': label(kept) }),
            })),
          ]}
        />
      )}
    </>
  );
}

/** The operands of a vector, with their angle to it and their places around it. */
export const operandTable = ({ operands }: OwnVector): TableData<VectorOperand> => ({
  columns: [
    { key: 'operand', head: l10n.t('operand'), names: true, value: ({ token, name }) => token?.token ?? name },
    { key: 'id', value: ({ token }) => token?.token.id },
    { key: 'size', head: l10n.t('size'), name: 'not-tiny', value: (operand) => operand.size, print: size },
    { key: 'angle (degrees)', head: l10n.t('angle to it'), value: ({ angle }) => angle ?? null, print: degrees },
    ...metrics.map((metric) => ({
      key: `rank by ${metric}`,
      head: l10n.t('rank by {0}', metricName(metric)),

      value: ({ token }: VectorOperand) => token?.ranks[metric] ?? null,
    })),
  ],
  rows: operands,
});

/** What the model would predict if the vector were h. */
export const predictedTable = ({ predicted }: OwnVector): TableData<PredictedByVector> => ({
  columns: [
    { key: 'id', value: ({ token }) => token.id },
    { key: 'token', head: l10n.t('token'), name: 'name', names: true, value: ({ token }) => token },
    { key: 'logit', head: l10n.t('logit'), value: ({ logit }) => logit, print: (logit) => fixed(logit, 2) },
    barColumn<PredictedByVector>((entry) => entry.probability),
    { key: 'probability', head: l10n.t('probability'), value: (entry) => entry.probability, print: probability },
  ],
  rows: predicted,
});

const example = 'king - man + woman';

/** The field of the expression. Enter makes the vector. */
function ExpressionField({ state: { vector }, act }: SectionProps) {
  const [text, setText] = useState(vector?.expression ?? '');
  useEffect(() => setText((now) => vector?.expression ?? now), [vector?.expression]);
  const make = (): void => {
    if (text.trim() !== '') makeVector(text.trim(), act);
  };
  return (
    <>
      <AskedField
        id="vector-expression"
        value={text}
        label={l10n.t('The vector as a sum of tokens')}
        placeholder={example}
        maxLength={longestExpression}
        onInput={setText}
        action={l10n.t('Make the vector')}
        onAsk={make}
      />
      {vector?.fault && <Faulty expression={vector.expression} fault={vector.fault} />}
    </>
  );
}

/** An example to click on, and what may be typed. */
const Help = ({ state: { model, text }, act }: SectionProps) => (
  <p class="note">
    {l10n.t('For example:')}{' '}
    <TextLink class="text-link mono" onClick={() => makeVector(example, act)}>
      {example}
    </TextLink>
    <br />
    {l10n.t(
      'Write tokens as they are, or in quotes with every space: {0}. Numbers and + − * / ( ) work as usual. There are also {1} and {2}.',
      ...['" king"', 'mean(a, b)', 'unit(a)'],
    )}{' '}
    {text &&
      model?.trunk &&
      l10n.t(
        'In a text, {0} is the h of the chosen position, and {1} its residual after 12 layers, passed through the final norm.',
        ...['h', 'r12'],
      )}{' '}
    {model?.tied === false && l10n.t('{0} is the input vector of a token, {1} its output row.', 'e(a)', 'u(a)')}
  </p>
);

function Result({ result, ...props }: SectionProps & { readonly result: OwnVector }) {
  const { state } = props;
  const [isWithout, setWithout] = useLeftOut();
  const { lists, also } = drawnLists(result, isWithout);
  const hidden = hiddenIn(lists, metrics, props.view);
  const chosen = chosenId(state);
  return (
    <>
      <p data-fact="vector-size">
        {l10n.t('Its size is {0}.', roundedSize(result.size))}{' '}
        {state.model?.tied === false &&
          `${l10n.t('It is compared with {0}.', result.side === 'input' ? l10n.t('input vectors') : l10n.t('output rows'))} `}
        {result.size > 0 && also.map((entry) => <Sentence words={placesWords(entry)} chosen={chosen} />)}
      </p>
      <div class="spread">
        <h3>{capitalised(l10n.t('neighbours'))}</h3>
        <Toggle on={isWithout} onToggle={setWithout}>
          {l10n.t('leave out the operands')}
        </Toggle>
      </div>
      <Lists {...props} neighbours={{ lists }} side={result.side} marked={operandIds(result)} />
      {hidden !== null && (
        <p class="note" data-note="hidden">
          {hidden}
        </p>
      )}
      <Fold name="vector-operands" summary={<h3>{l10n.t('Operands')}</h3>}>
        {() => <Table {...operandTable(result)} name="vector-operands" label={l10n.t('Operands')} chosen={chosen} />}
      </Fold>
      <Fold name="vector-predicted" summary={<h3>{l10n.t('What the model would predict if this were h')}</h3>}>
        {() => (
          <>
            <Table
              {...predictedTable(result)}
              chooses
              name="vector-predicted"
              chosen={chosen}
              row={({ token }) => tokenRow(token, chosen)}
            />
            <p class="note">{valued(l10n.t('entropy'), l10n.t('{0} bits', bits(result.entropy)))}</p>
          </>
        )}
      </Fold>
    </>
  );
}

const useLeftOut = () => useRemembered('vector without operands', false);

function Body(props: SectionProps) {
  const { state, act } = props;
  const { vector } = state;
  const ref = useInSight<HTMLDivElement>((isInSight) => act.see({ vector: isInSight }));
  return (
    <div ref={ref} class="own-vector">
      <ExpressionField {...props} />
      {vector?.result && <Result {...props} result={vector.result} />}
      {vector && !vector.result && !vector.fault && <Pending>{pending(state)}</Pending>}
      {!vector?.result && <Help {...props} />}
      <KeptVectors {...props} />
    </div>
  );
}

function Controls({ state, state: { vector: made }, view, act }: SectionProps) {
  const [isWithout] = useLeftOut();
  const tablesOf = (result: OwnVector) => [
    copiedRows(operandTable(result)),
    copiedRows(neighboursTable(drawnLists(result, isWithout), metrics, view.hideFragments)),
    copiedRows(predictedTable(result)),
  ];
  return (
    <>
      <Centred state={state} act={act} />
      <HideFragments view={view} act={act} />
      {made?.result && (
        <Copy
          name={l10n.t('Your vector')}
          tables={() => (made.result ? tablesOf(made.result) : [])}
          json={() => made.result ?? {}}
        />
      )}
    </>
  );
}

export const vectorSection: Section = {
  id: 'vector',
  title: () => l10n.t('Your vector'),
  shown: ({ model }) => model !== null,
  missing: withoutMatrices,
  finding: vectorFinding,
  Controls,
  Body,
};

/** The vectorscope again, since only one room is drawn at a time. */
export const vectorScope: Section = {
  ...vectorscopeSection,
  id: 'vector-scope',
  shown: ({ vector: made }) => made !== null && made.result !== null,
};
