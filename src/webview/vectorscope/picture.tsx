import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count, degrees, raw, size, valued } from '../../shared/format';
import type { ScopeView } from '../../shared/instruments';
import { metrics } from '../../shared/metrics';
import type { VocabularyToken } from '../../shared/tokens';
import { metricName, metricWords } from '../parts/metrics';
import { TokenText } from '../parts/text';
import { curvesByMetric } from './curves';
import { type Pane, ScopeDrawing } from './drawing';
import { relationOf } from './geometry';
import type { Pointed, Scene, SceneView } from './scene';

interface PictureProps {
  readonly scope: ScopeView;
  /** One scene, or one for each metric: small multiples with the same axis and scale. */
  readonly scenes: readonly Scene[];
  /** CSS pixels. */
  readonly width: number;
  /** A sentence above the picture. */
  readonly explanation: ComponentChildren;
  readonly summary: string;
  /** `null` while the vocabulary is not known. */
  readonly tokenOf: (id: number) => VocabularyToken | null;
  readonly onChoose: (id: number) => void;
  readonly onView: (seen: SceneView) => void;
}

/** CSS pixels between pictures side by side, as in the style sheet. */
const gap = 24;
/** Height of the heading over each of several pictures, CSS pixels, as in the style sheet. */
const headHeight = 22;

/**
 * Size of each picture, CSS pixels. The height depends on the width alone and is the same for every axis, so that
 * nothing below it moves.
 */
function sizeFor(width: number, panes: number) {
  if (panes === 1) return { width, height: width >= 700 ? Math.round(Math.min(width * 0.44, 440)) : 300 };
  const each = Math.floor((width - gap * (panes - 1)) / panes);
  return { width: each, height: Math.round(Math.min(each * 0.84, 360)) };
}

/** From this width of the section on, CSS pixels, the metrics stand side by side: 960 of the panel without margins. */
const sideBySide = 920;
export const isSideBySide = (width: number): boolean => width >= sideBySide;

const isSame = (a: SceneView | null, b: SceneView): boolean =>
  a !== null && a.outside === b.outside && a.isHome === b.isHome && a.camera.stretch === b.camera.stretch;

/** The elements of every picture in the figure. */
const panesIn = (figure: HTMLElement): readonly Pane[] =>
  [...figure.querySelectorAll('.scope-picture')].flatMap((picture) => {
    const [canvas, svg] = [picture.querySelector('canvas'), picture.querySelector<SVGSVGElement>('svg.scope')];
    const layer = svg?.querySelector('g');
    return canvas && svg && layer ? [{ canvas, svg, layer }] : [];
  });

export function Picture(props: PictureProps) {
  const { scope, scenes, width: whole, explanation, summary, tokenOf, onChoose, onView } = props;
  const figure = useRef<HTMLDivElement>(null);
  const drawing = useRef<ScopeDrawing | null>(null);
  const reported = useRef<SceneView | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const panes = scenes.length;
  const { width, height } = sizeFor(whole, panes);
  const events = useMemo(
    () => ({
      onPoint: setPointed,
      onChoose,
      onView: (seen: SceneView) => {
        if (isSame(reported.current, seen)) return;
        reported.current = seen;
        onView(seen);
      },
    }),
    [onChoose, onView],
  );
  useEffect(() => {
    if (figure.current) drawing.current = new ScopeDrawing(panesIn(figure.current), events);
    return () => {
      drawing.current?.dispose();
      drawing.current = null;
      setPointed(null);
    };
  }, [panes]);
  useEffect(() => {
    if (width > 0) drawing.current?.show(scenes, width, height, events);
  }, [scenes, width, height, events]);
  const token = pointed && tokenOf(pointed.id);
  const button = (text: string, label: string, onClick: () => void) => (
    <button type="button" class="scope-button" aria-label={label} title={label} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <>
      <div class="spread above">
        <p class="small quiet scope-says">{explanation}</p>
        <div class="scope-buttons" role="group" aria-label={l10n.t('View')}>
          {button('+', l10n.t('Zoom in'), () => drawing.current?.zoom(1))}
          {button('−', l10n.t('Zoom out'), () => drawing.current?.zoom(-1))}
          {button('⤢', l10n.t('Show all tokens'), () => drawing.current?.home())}
        </div>
      </div>
      <div class="scope-figure" ref={figure}>
        <div class="scope-panes" data-picture="vectorscope" data-panes={panes}>
          {scenes.map(({ metric }, index) => (
            <div class="scope-pane" data-metric={metric} key={index} style={{ width: `${width}px` }}>
              {panes > 1 && (
                <h3 class="scope-head">
                  {metricWords(metric).title}: <span class="scope-same">{curvesByMetric[metric].meaning()}</span>
                </h3>
              )}
              <div class="scope-picture" style={{ height: `${height}px` }}>
                <canvas
                  class="scope-density"
                  aria-hidden="true"
                  style={{ width: `${width}px`, height: `${height}px` }}
                />
                <svg
                  class="scope"
                  width={width}
                  height={height}
                  role="group"
                  aria-label={panes > 1 ? l10n.t('Vectorscope, {0}', metricName(metric)) : l10n.t('Vectorscope')}
                  aria-describedby="scope-summary"
                >
                  {index === 0 && <desc id="scope-summary">{summary}</desc>}
                  <g />
                </svg>
              </div>
            </div>
          ))}
        </div>
        {token && pointed && (
          <Card
            token={token}
            scope={scope}
            at={{ x: pointed.x + pointed.pane * (width + gap), y: pointed.y + (panes > 1 ? headHeight : 0) }}
            width={whole}
          />
        )}
      </div>
    </>
  );
}

interface CardProps {
  readonly token: VocabularyToken;
  readonly scope: ScopeView;
  /** The token's place in the picture and the picture's width: pixels. */
  readonly at: { readonly x: number; readonly y: number };
  readonly width: number;
}

/** Pixels. */
const cardWidth = 196;
const distance = 14;

/** A token and its relation to the axis. */
export function Card({ token, scope, at, width }: CardProps) {
  const { values, angle, length, ranks } = relationOf(scope, token.id);
  const isRight = at.x + distance + cardWidth <= width || at.x < cardWidth + distance;
  const left = isRight ? Math.min(at.x + distance, Math.max(0, width - cardWidth)) : at.x - distance - cardWidth;
  const fact = (name: string, value: string, full: number) => (
    <>
      <dt>{name}</dt>
      <dd data-value={raw(full)}>{value}</dd>
    </>
  );
  return (
    <div
      class="card scope-card"
      role="status"
      style={{ left: `${left}px`, top: `${at.y + distance}px`, width: `${cardWidth}px` }}
      data-id={token.id}
    >
      <p class="clip">
        <TokenText token={token} /> <span class="quiet small">{valued(l10n.t('id'), token.id)}</span>
      </p>
      <dl class="pairs">
        {fact(scope.centred ? l10n.t('{0}, centred', l10n.t('size')) : l10n.t('size'), size(length), length)}
        {fact(l10n.t('angle'), degrees(angle), angle)}
        {metrics.map((metric) =>
          fact(
            ranks
              ? l10n.t('{0}, {1}', metricName(metric), valued(l10n.t('rank'), count(ranks[metric])))
              : metricName(metric),
            size(values[metric]),
            values[metric],
          ),
        )}
      </dl>
    </div>
  );
}
