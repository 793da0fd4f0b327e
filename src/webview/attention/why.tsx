import * as l10n from '@vscode/l10n';
import { maxIndex, extent, ticks } from 'd3-array';
import { useState } from 'preact/hooks';
import type { HeadScores } from '../../shared/attention';
import { dataRows, type TableRows } from '../../shared/columns';
import { fixed, count, signed } from '../../shared/format';
import type { TextView } from '../../shared/place';
import { firstKeys, scoreColumns, type ScoreRow, scoreRows, scoresFinding } from '../../shared/scores';
import type { Actions } from '../actions';
import { Copy } from '../parts/copy';
import { Fold, setFold } from '../parts/fold';
import { tokenCount } from '../parts/numbers';
import { shortPlace } from '../parts/place';
import { useRemembered } from '../parts/remembered';
import { Table } from '../parts/table';
import { Sentence, TokenText } from '../parts/text';
import { Toggle } from '../parts/toggles';
import { sentence, tokenLabel, words } from '../parts/words';
import type { AroundAxis } from '../picture/arrows';
import { ArrowsPicture } from '../picture/arrowsPicture';
import { Chart, Figure } from '../picture/chart';
import { Curves, curvesHeight } from '../picture/curves';

/** The score of the query and a key at every distance: the fast pairs of dimensions make the ripple. */
function ScoreCurve({ scores, text }: { readonly scores: HeadScores; readonly text: TextView }) {
  const { curve, position } = scores;
  const token = curve && text.tokens[curve.key];
  // A window of one position has no distance to draw.
  if (!curve || !token || curve.scores.length < 3) return null;
  const values = Array.from(curve.scores.subarray(1));
  const [low = 0, high = 1] = extent(values);
  const apart = position - curve.key;
  const best = 1 + maxIndex(values);
  const said = words(
    best === apart
      ? l10n.t('{0} stands {1} back, where its score is largest: {2}.')
      : l10n.t('{0} stands {1} back: {2}. Its score would be largest {3} back: {4}.'),
    token,
    tokenCount(apart),
    signed(curve.scores[apart] ?? NaN),
    tokenCount(best),
    signed(values[best - 1] ?? NaN),
  );
  return (
    <>
      <Figure class="lab-chart above">
        {(width) => (
          <Chart
            name="score-curve"
            title={l10n.t('The score if the key stood further back')}
            width={width}
            height={curvesHeight(width, 1)}
          >
            <Curves
              width={width}
              at={values.map((_, index) => index + 1)}
              curves={[{ name: '', values, kind: 'second' }]}
              x={{
                log: true,
                ticks: [1, 10, 100, 1000, 10_000].filter((tick) => tick <= values.length),
                print: count,
                name: l10n.t('tokens back'),
              }}
              y={{
                domain: [Math.min(0, low), Math.max(0, high)],
                ticks: ticks(Math.min(0, low), Math.max(0, high), 4),
                print: (tick) => fixed(tick, 1),
              }}
              {...(apart > 0 && { now: { at: apart, name: l10n.t('here') } })}
            />
          </Chart>
        )}
      </Figure>
      <p class="note">
        <Sentence words={said} />{' '}
        {l10n.t('Only the distance changes, never the sizes: a rotation leaves them as they are.')}
      </p>
    </>
  );
}

interface WhyProps {
  readonly scores: HeadScores;
  readonly text: TextView;
  readonly chosen: number | undefined;
  readonly act: Actions;
}

/** The equation of a score with the numbers of the head. */
function equation({ q, scale, cap, firstVisible }: HeadScores): string {
  const product = `${fixed(q, 2)} × ‖k‖ × cos θ × ${fixed(scale, 4)}`;
  const score = cap === null ? product : `${fixed(cap, 0)} · tanh(${product} / ${fixed(cap, 0)})`;
  const said = l10n.t('score = {0}; the weight is the softmax of the scores.', score);
  return firstVisible === 0 ? said : `${said} ${l10n.t('Its window hides the first positions ({0}).', firstVisible)}`;
}

/** The keys that matter, around the query: the first of each ruler, and the second by weight. */
function aroundQuery(scores: HeadScores, { tokens }: TextView): AroundAxis {
  const { q, k, cosine, score } = scores;
  const { most, second, nearest, aligned } = firstKeys(scores);
  return {
    size: q,
    vectors: [...new Set([most, second, nearest, aligned])].flatMap((id) => {
      const [token, size, angle] = [tokens[id], k[id] as number, cosine[id] as number];
      const side = size * Math.sqrt(Math.max(0, 1 - angle * angle));
      return token ? [{ id, token, reach: size * angle, side, value: score[id] as number }] : [];
    }),
  };
}

/** As in `data-fold`. */
const curveFold = 'score-curve';

/** The keys that a head meets from the chosen position, and what makes one of them win. */
export function WhyThere({ scores, text, chosen, act }: WhyProps) {
  const [hasAll, setAll] = useState(false);
  const [isWithout, setWithout] = useRemembered('scores without position', false);
  const { tokens } = text;
  const finding = scoresFinding(scores, tokens, l10n);
  const described: TableRows<ScoreRow>['columns'] = scoreColumns(scores, l10n);
  const all = () => scoreRows(scores, tokens, Infinity);
  const columns = described
    .filter(({ key }) => isWithout || key !== 'score without position')
    .map((column) =>
      column.key === 'key'
        ? {
            ...column,
            names: true,
            // A sink has no key to choose.
            value: (row: ScoreRow, index: number) => (row.sink === undefined ? column.value?.(row, index) : null),
            draw: (row: ScoreRow, index: number) =>
              row.token && row.position !== undefined ? (
                <>
                  <TokenText token={row.token} chosen={row.token.id === chosen} />{' '}
                  <span class="quiet small">{shortPlace(text, row.position)}</span>
                </>
              ) : row.sink === undefined ? undefined : (
                String(column.value?.(row, index))
              ),
            press({ position }: ScoreRow) {
              if (position === undefined) return setAll(true);
              setFold(curveFold, true);
              act.post({ type: 'chooseKey', key: position });
            },
            button: ({ token, position }: ScoreRow) =>
              token && position !== undefined
                ? { 'aria-label': `${tokenLabel(token)} ${shortPlace(text, position)}` }
                : {},
          }
        : column,
    );
  return (
    <div class="why-there above">
      <div class="spread">
        <h3>{l10n.t('Why it looks there')}</h3>
        <span class="row">
          {scores.rotates && (
            <Toggle on={isWithout} onToggle={setWithout}>
              {l10n.t('without position')}
            </Toggle>
          )}
          <Copy name={l10n.t('Why it looks there')} tables={() => [dataRows({ columns: described, rows: all() })]} />
        </span>
      </div>
      <p class="above" data-fact="why-there">
        <Sentence words={finding} chosen={chosen} />.
      </p>
      <ArrowsPicture
        name="why-there"
        around={aroundQuery(scores, text)}
        first={firstKeys(scores).most}
        words={{
          axis: [l10n.t('q: size {0}', fixed(scores.q, 2)), l10n.t('what the head asks for')],
          value: l10n.t('score'),
          along: l10n.t('along q'),
          across: l10n.t('across q'),
          rightAngle: l10n.t('at a right angle to q the score is 0'),
        }}
        summary={sentence(finding)}
      />
      <Table<ScoreRow>
        {...{ columns, rows: hasAll ? all() : scoreRows(scores, tokens) }}
        name="dense keys above"
        label={l10n.t('Why it looks there')}
        chosen={chosen}
        row={({ position, sink }) => ({ 'data-position': position ?? (sink === undefined ? 'others' : 'sink') })}
      />
      <p class="note">{equation(scores)}</p>
      {scores.rotates && scores.curve && (
        <Fold name={curveFold} summary={<h3>{l10n.t('The score if the key stood further back')}</h3>}>
          {() => <ScoreCurve scores={scores} text={text} />}
        </Fold>
      )}
    </div>
  );
}
