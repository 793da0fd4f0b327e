import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count, degrees, raw, size } from '../../shared/format';
import type { ScopeView } from '../../shared/instruments';
import { metrics } from '../../shared/metrics';
import type { VocabularyToken } from '../../shared/tokens';
import { metricName } from '../parts/metrics';
import { TokenText } from '../parts/text';
import { useWidth } from '../parts/width';
import type { Camera } from './camera';
import { ScopeDrawing } from './drawing';
import { relationOf } from './geometry';
import type { Scene } from './scene';

export interface View {
  readonly camera: Camera;
  readonly outside: number;
  readonly isHome: boolean;
}

interface PictureProps {
  readonly scope: ScopeView;
  readonly scene: Scene;
  /** A sentence above the picture. */
  readonly explanation: ComponentChildren;
  readonly summary: string;
  /** `null` while the vocabulary is not known. */
  readonly tokenOf: (id: number) => VocabularyToken | null;
  readonly onChoose: (id: number) => void;
  readonly onView: (seen: View) => void;
}

/** Height of the picture at this width, CSS pixels: the same for every axis, so that nothing below it moves. */
const heightFor = (width: number): number => (width >= 700 ? Math.round(Math.min(width * 0.44, 440)) : 300);

const isSame = (a: View | null, b: View): boolean =>
  a !== null && a.outside === b.outside && a.isHome === b.isHome && a.camera.stretch === b.camera.stretch;

export function Picture({ scope, scene, explanation, summary, tokenOf, onChoose, onView }: PictureProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const layer = useRef<SVGGElement>(null);
  const drawing = useRef<ScopeDrawing | null>(null);
  const reported = useRef<View | null>(null);
  const [pointed, setPointed] = useState<{ readonly id: number; readonly x: number; readonly y: number } | null>(null);
  const height = heightFor(width);
  const events = useMemo(
    () => ({
      onPoint: setPointed,
      onChoose,
      onView: (seen: View) => {
        if (isSame(reported.current, seen)) return;
        reported.current = seen;
        onView(seen);
      },
    }),
    [onChoose, onView],
  );
  useEffect(() => {
    if (canvas.current && svg.current && layer.current)
      drawing.current = new ScopeDrawing(canvas.current, svg.current, layer.current, events);
    return () => {
      drawing.current?.dispose();
      drawing.current = null;
    };
  }, []);
  useEffect(() => {
    if (width > 0) drawing.current?.show(scene, width, height, events);
  }, [scene, width, height, events]);
  const token = pointed && tokenOf(pointed.id);
  const button = (text: string, label: string, onClick: () => void) => (
    <button type="button" class="scope-button" aria-label={label} title={label} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <>
      <div class="scope-under">
        <p class="scope-says">{explanation}</p>
        <div class="scope-buttons" role="group" aria-label={l10n.t('View')}>
          {button('+', l10n.t('Zoom in'), () => drawing.current?.zoom(1))}
          {button('−', l10n.t('Zoom out'), () => drawing.current?.zoom(-1))}
          {button('⤢', l10n.t('Show all tokens'), () => drawing.current?.home())}
        </div>
      </div>
      <div class="scope-figure" ref={ref} style={{ height: `${height}px` }}>
        <div class="scope-picture" data-picture="vectorscope">
          <canvas
            ref={canvas}
            class="scope-density"
            aria-hidden="true"
            style={{ width: `${width}px`, height: `${height}px` }}
          />
          <svg
            ref={svg}
            class="scope"
            width={width}
            height={height}
            role="group"
            aria-label={l10n.t('Vectorscope')}
            aria-describedby="scope-summary"
          >
            <desc id="scope-summary">{summary}</desc>
            <g ref={layer} />
          </svg>
        </div>
        {token && pointed && <Card token={token} scope={scope} at={pointed} width={width} />}
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
      class="scope-card"
      role="status"
      style={{ left: `${left}px`, top: `${at.y + distance}px`, width: `${cardWidth}px` }}
      data-id={token.id}
    >
      <p class="card-name">
        <TokenText token={token} /> <span class="quiet small">{l10n.t('id {0}', token.id)}</span>
      </p>
      <dl>
        {fact(scope.centred ? l10n.t('size, centred') : l10n.t('size'), size(length), length)}
        {fact(l10n.t('angle'), degrees(angle), angle)}
        {metrics.map((metric) =>
          fact(
            ranks ? l10n.t('{0}, rank {1}', metricName(metric), count(ranks[metric])) : metricName(metric),
            size(values[metric]),
            values[metric],
          ),
        )}
      </dl>
    </div>
  );
}
