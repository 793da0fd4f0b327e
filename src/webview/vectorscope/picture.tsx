import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { VocabularyToken } from '../../shared/tokens';
import type { ScopeView } from '../../shared/instruments';
import { useWidth } from '../parts/width';
import { heightNeeded, type Camera } from './camera';
import { Card } from './card';
import { ScopeDrawing } from './drawing';
import type { Scene } from './scene';

export interface Seen {
  readonly camera: Camera;
  readonly outside: number;
  readonly isHome: boolean;
}

interface PictureProps {
  readonly scope: ScopeView;
  readonly scene: Scene;
  /** What stands above the picture. */
  readonly says: ComponentChildren;
  readonly summary: string;
  /** Names any token; null while the names are not known. */
  readonly tokenOf: (id: number) => VocabularyToken | null;
  readonly onChoose: (id: number) => void;
  readonly onSeen: (seen: Seen) => void;
}

/**
 * Height of the picture, CSS pixels, in a panel of this width: what the tokens need, unless that is much higher or
 * lower than reads well.
 */
function heightFor(width: number, { geometry, stretched }: Scene): number {
  const [least, most] = width >= 700 ? [260, Math.min(width / 2, 480)] : [220, 340];
  return Math.round(Math.min(Math.max(stretched ? most : heightNeeded(geometry, width), least), most));
}

const isSame = (a: Seen | null, b: Seen): boolean =>
  a !== null && a.outside === b.outside && a.isHome === b.isHome && a.camera.stretch === b.camera.stretch;

export function Picture({ scope, scene, says, summary, tokenOf, onChoose, onSeen }: PictureProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const layer = useRef<SVGGElement>(null);
  const drawing = useRef<ScopeDrawing | null>(null);
  const told = useRef<Seen | null>(null);
  const [pointed, setPointed] = useState<{ readonly id: number; readonly x: number; readonly y: number } | null>(null);
  const height = heightFor(width, scene);
  const pointing = useMemo(
    () => ({
      onPoint: setPointed,
      onChoose,
      onView: (seen: Seen) => {
        if (isSame(told.current, seen)) return;
        told.current = seen;
        onSeen(seen);
      },
    }),
    [onChoose, onSeen],
  );
  useEffect(() => {
    if (canvas.current && svg.current && layer.current)
      drawing.current = new ScopeDrawing(canvas.current, svg.current, layer.current, pointing);
    return () => {
      drawing.current?.dispose();
      drawing.current = null;
    };
  }, []);
  useEffect(() => {
    if (width > 0) drawing.current?.show(scene, width, height, pointing);
  }, [scene, width, height, pointing]);
  const token = pointed && tokenOf(pointed.id);
  const button = (text: string, label: string, onClick: () => void) => (
    <button type="button" class="scope-button" aria-label={label} title={label} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <>
      <div class="scope-under">
        <p class="scope-says">{says}</p>
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
