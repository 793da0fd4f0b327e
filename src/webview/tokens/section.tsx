import type { PanelState } from '../../shared/panel';
import { Copy } from '../parts/copy';
import { plainToken } from '../parts/glyphs';
import { fixed, raw } from '../parts/format';
import { Toggles } from '../parts/toggles';
import type { Section, SectionProps } from '../section';
import { Chips, isLast, NextChip } from './chips';
import { type Colouring, colours, units, valueAt, whyUnknown } from './colouring';
import { Encodings } from './encodings';
import { tokensFinding } from './finding';

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

function Legend({ state: { text, run, status }, view: { colouring } }: SectionProps) {
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
      <span class="ramp" aria-hidden="true" />
      <span>
        {fixed(domain[1], colouring === 'size' ? 1 : 0)} {units[colouring]}
      </span>
      {note !== '' && <span class="legend-note">{note}</span>}
    </p>
  );
}

function Body(props: SectionProps) {
  const { text } = props.state;
  if (!text) return <></>;
  return (
    <>
      <Chips text={text} props={props} />
      {!isLast(props.state) && <NextChip text={text} props={props} />}
      <Legend {...props} />
      <Encodings {...props} />
    </>
  );
}

const Controls = ({ state, view, act }: SectionProps) => (
  <>
    <Toggles label="Colour the tokens by" options={choices} value={view.colouring} onChoose={(colouring) => act.setView({ colouring })} />
    <Copy what="the tokens" rows={() => rows(state)} act={act} />
  </>
);

export const tokens: Section = { id: 'tokens', title: 'Tokens', shown: ({ text }) => text !== null, finding: tokensFinding, Controls, Body };
