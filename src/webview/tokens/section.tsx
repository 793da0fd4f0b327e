import type { Colouring, PanelState } from '../../shared/panel';
import { CopyMenu } from '../parts/copyMenu';
import { plainToken } from '../../shared/glyphs';
import { fixed, raw } from '../../shared/format';
import { Toggles } from '../parts/toggles';
import type { Section, SectionProps } from '../section';
import { Chips, isLast, NextChip } from './chips';
import { colours, units, valueAt, whyUnknown } from '../../shared/colouring';
import { levels } from '../../shared/levels';
import { Encodings } from './encodings';
import { tokensFinding } from './finding';
import { underlined } from './underlined';

const choices: readonly (readonly [Colouring, string])[] = [
  ['size', 'size'],
  ['surprisal', 'surprisal'],
  ['entropy', 'entropy'],
  ['none', 'none'],
];

function rows({ text, run }: PanelState): readonly (readonly (string | number)[])[] {
  const header = ['index', 'id', 'token', 'start', 'end', 'size', 'percentile', 'surprisal (bits)', 'entropy after it (bits)'];
  const tokens = text?.tokens ?? [];
  return [
    header,
    ...tokens.map((token) => [token.index, token.id, plainToken(token), token.start, token.end, token.size, token.percentile, raw(valueAt('surprisal', token, run)), raw(valueAt('entropy', token, run))]),
  ];
}

function Legend({ state: { text, run, status, options: { colouring } } }: SectionProps) {
  if (!text || colouring === 'none') return null;
  const { domain, values } = colours(colouring, text, run);
  const note =
    colouring === 'surprisal' && run && values[0] === null
      ? '– no prediction comes before the first token'
      : colouring === 'entropy' && domain
        ? 'of the prediction after each token'
        : colouring === 'size'
          ? 'length of the token’s vector, model units'
          : '';
  if (!domain) return <p class="legend">{colouring}: {whyUnknown(run, status)}</p>;
  return (
    <p class="legend">
      <span>{colouring}</span>
      <span>{fixed(domain[0], colouring === 'size' ? 1 : 0)}</span>
      <span class="ramp" aria-hidden="true">
        {levels.map((level) => (
          <span class="swatch" style={{ '--strength': (level - 0.5) / levels.length, ...underlined(level) }} />
        ))}
      </span>
      <span>
        {fixed(domain[1], colouring === 'size' ? 1 : 0)} {units[colouring]}
      </span>
      <span class="legend-note">{note === '' ? '' : `${note}; `}the line below says the same</span>
    </p>
  );
}

function Body(props: SectionProps) {
  const { text } = props.state;
  if (!text) return <></>;
  return (
    <>
      <div data-picture="tokens">
        <Chips text={text} props={props} />
        {!isLast(props.state) && <NextChip text={text} props={props} />}
        <Legend {...props} />
      </div>
      <Encodings {...props} />
    </>
  );
}

const Controls = ({ state, act }: SectionProps) => (
  <>
    <Toggles label="Colour the tokens by" options={choices} value={state.options.colouring} onChoose={(colouring) => act.post({ type: 'setOptions', options: { colouring } })} />
    <CopyMenu what="tokens" rows={() => rows(state)} title="Tokens of the text" act={act} />
  </>
);

export const tokens: Section = { id: 'tokens', title: 'Tokens', shown: ({ text }) => text !== null, finding: tokensFinding, Controls, Body };
