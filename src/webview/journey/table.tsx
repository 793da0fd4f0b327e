import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { raw, degrees, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Journey } from '../../shared/layers';
import { layerOf, residualCell, shortResidual } from '../parts/layers';
import { TokenText } from '../parts/text';
import { filled } from '../parts/words';
import { pushes } from './push';
import { logits } from './reading';

/** The charts in numbers, for the clipboard: one row a residual, with what its layer added. */
export function journeyRows(journey: Journey): readonly (readonly (string | number)[])[] {
  const {
    input,
    predicted,
    next,
    output,
    pair,
    residualSize,
    angleToInput,
    angleToPredicted,
    angleToNext,
    attentionSize,
    feedForwardSize,
    partsAngle,
  } = journey;
  const [push, less] = [pushes(journey, false), pushes(journey, true)];
  const header = [
    'layer',
    'size of r',
    `angle of r to ${plainToken(input)} (degrees)`,
    `angle of norm(r) to ${plainToken(predicted)} (degrees)`,
    ...(next ? [`angle of norm(r) to ${plainToken(next)} (degrees)`] : []),
    'size of attention',
    'size of feed-forward',
    'angle between them (degrees)',
    `push of input on ${plainToken(output)}${pair ? ` − ${plainToken(pair.against)}` : ''}`,
    'push of attention',
    'push of feed-forward',
    // A difference of two logits has no mean taken off.
    ...(pair ? [] : ['the same less the mean: input', 'attention', 'feed-forward']),
  ];
  return [
    header,
    ...residualSize.map((size, layer) => {
      const part = layerOf(layer);
      const first = (value: number): string => (layer === 0 ? raw(value) : '');
      return [
        residualCell(layer),
        size,
        raw(angleToInput[layer]),
        raw(angleToPredicted[layer]),
        ...(next ? [raw(angleToNext?.[layer])] : []),
        raw(attentionSize[part]),
        raw(feedForwardSize[part]),
        raw(partsAngle[part]),
        first(push.input),
        raw(push.attention[part]),
        raw(push.feedForward[part]),
        ...(pair ? [] : [first(less.input), raw(less.attention[part]), raw(less.feedForward[part])]),
      ];
    }),
  ];
}

const Head = ({ children }: { readonly children: ComponentChildren }) => (
  <th scope="col" class="number">
    {children}
  </th>
);

const Cell = ({
  value,
  as,
}: {
  readonly value: number | null | undefined;
  readonly as: (value: number | null | undefined) => string;
}) => (
  <td class="number" data-value={raw(value)}>
    {as(value)}
  </td>
);

const push = (value: number | null | undefined): string => (typeof value === 'number' ? logits(value) : '–');

/** The charts in numbers. */
export function JourneyTable({ journey, lit }: { readonly journey: Journey; readonly lit: number | null }) {
  const {
    input,
    predicted,
    next,
    pair,
    residualSize,
    angleToInput,
    angleToPredicted,
    angleToNext,
    attentionSize,
    feedForwardSize,
    partsAngle,
  } = journey;
  const [plain, less] = [pushes(journey, false), pushes(journey, true)];
  return (
    <table class="journey-table folding">
      <thead>
        <tr>
          <Head>{l10n.t('layer')}</Head>
          <Head>‖r‖</Head>
          <Head>{filled(l10n.t('r to {0}'), <TokenText token={input} />)}</Head>
          <Head>{filled(l10n.t('norm(r) to {0}'), <TokenText token={predicted} />)}</Head>
          {next && <Head>{filled(l10n.t('norm(r) to {0}'), <TokenText token={next} />)}</Head>}
          <Head>{l10n.t('attention')}</Head>
          <Head>{l10n.t('feed-forward')}</Head>
          <Head>{l10n.t('angle')}</Head>
          <Head>{l10n.t('push of attention')}</Head>
          <Head>{l10n.t('of feed-forward')}</Head>
          {!pair && (
            <>
              <Head>{l10n.t('minus the mean')}</Head>
              <Head>{l10n.t('minus the mean')}</Head>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {residualSize.map((long, layer) => (
          <tr class={layer === lit ? 'lit' : ''}>
            <td class="number">{shortResidual(layer)}</td>
            <Cell value={long} as={size} />
            <Cell value={angleToInput[layer]} as={degrees} />
            <Cell value={angleToPredicted[layer]} as={degrees} />
            {next && <Cell value={angleToNext?.[layer]} as={degrees} />}
            <Cell value={attentionSize[layerOf(layer)]} as={size} />
            <Cell value={feedForwardSize[layerOf(layer)]} as={size} />
            <Cell value={partsAngle[layerOf(layer)]} as={degrees} />
            {layer === 0 ? (
              <>
                <td class="number" colSpan={2} data-value={raw(plain.input)}>
                  {l10n.t('input {0}', logits(plain.input))}
                </td>
                {!pair && (
                  <td class="number" colSpan={2} data-value={raw(less.input)}>
                    {l10n.t('input {0}', logits(less.input))}
                  </td>
                )}
              </>
            ) : (
              <>
                <Cell value={plain.attention[layerOf(layer)]} as={push} />
                <Cell value={plain.feedForward[layerOf(layer)]} as={push} />
                {!pair && (
                  <>
                    <Cell value={less.attention[layerOf(layer)]} as={push} />
                    <Cell value={less.feedForward[layerOf(layer)]} as={push} />
                  </>
                )}
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
