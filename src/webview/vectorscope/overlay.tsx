import * as l10n from '@vscode/l10n';
import { fixed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { metrics, type Metric } from '../../shared/metrics';
import { nameWidth, tokenSpans } from '../parts/text';
import { ArrowLine, BrokenArrow, boxesAlong } from '../picture/arrow';
import { pixelOf, type Camera, type Point } from './camera';
import { curves, curvesByMetric, type Curve } from './curves';
import { toDegrees } from './geometry';
import { placeLabels, type Box } from '../picture/labels';
import type { Lit, Scene } from './scene';

const characterWidth = 6.7;
/** How many names fit at this width. */
const mostNames = (width: number): number => (width < 420 ? 5 : width < 700 ? 7 : 12);

/** Prints the values of a family with as many decimals as tell them apart. */
function printerFor(metric: Metric, list: readonly Curve[]): (value: number) => string {
  const values = [...new Set(list.map(({ value }) => value))].sort((a, b) => a - b);
  const step = Math.min(...values.slice(1).map((value, index) => value - (values[index] as number)));
  const decimals = Number.isFinite(step) ? Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) : 1;
  return (value) => `${fixed(value, decimals)}${curvesByMetric[metric].unit}`;
}

/** Room for the unit bars in the lower right corner, pixels. */
const unitRoom = { width: 190, height: 28 };
const isUnderUnits = ({ x, y }: Point, { width, height }: Camera): boolean =>
  x > width - unitRoom.width && y > height - unitRoom.height;

function CurveLine({ curve: { shape } }: { readonly curve: Curve }) {
  return shape.kind === 'line' ? (
    <line x1={shape.from.x} y1={shape.from.y} x2={shape.to.x} y2={shape.to.y} />
  ) : (
    <ellipse cx={shape.centre.x} cy={shape.centre.y} rx={shape.across} ry={shape.up} />
  );
}

function Family({
  metric,
  list,
  shown,
  heightName,
  camera,
}: {
  readonly metric: Metric;
  readonly list: readonly Curve[];
  readonly shown: boolean;
  readonly heightName: string;
  readonly camera: Camera;
}) {
  const { label, isScale } = curvesByMetric[metric];
  const printed = printerFor(metric, list);
  const last = list.findLast(({ label }) => label !== null);
  return (
    <g class={shown ? 'family shown' : 'family'} data-metric={metric} aria-hidden="true">
      {list.map((curve) => (
        <g class={curve.value === 0 && isScale ? 'curve zero' : 'curve'} data-value={curve.value}>
          <CurveLine curve={curve} />
          {curve.label && !isUnderUnits(curve.label, camera) && (
            <text
              x={curve.label.x}
              y={curve.label.y + (label === 'above' ? -3 : 4)}
              text-anchor={label === 'above' ? 'start' : 'middle'}
            >
              {printed(curve.value)}
              {isScale && curve === last && ` ${heightName}`}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

interface AxisName {
  /** `corner` if neither side has room. */
  readonly side: 'left' | 'right' | 'corner';
  readonly box: Box;
}

/** Places the axis's name beside its tip: on the right, unless more lit tokens are there. */
function axisNameOf({ axis, geometry, lit }: Scene, camera: Camera): AxisName {
  const tip = pixelOf(camera, { across: 0, up: geometry.axis });
  const y = Math.max(tip.y, 14);
  const width =
    ((axis.token ? plainToken(axis.token).length : 0) + (axis.token && axis.name !== '' ? 1 : 0) + axis.name.length) *
      8 +
    10 +
    (tip.y < 14 ? 90 : 0);
  const box = (left: number): Box => ({ left, top: y - 9, right: left + width, bottom: y + 17 });
  const boxes = { right: box(tip.x + 4), left: box(tip.x - 4 - width) };
  const crowd = ({ left, right, top, bottom }: Box) =>
    lit.map((one) => pixelOf(camera, one)).filter((at) => at.x > left && at.x < right && at.y > top && at.y < bottom)
      .length;
  if (width + 12 > Math.min(tip.x, camera.width - tip.x)) return { side: 'corner', box: box(0) };
  const side = crowd(boxes.left) < crowd(boxes.right) ? 'left' : 'right';
  return { side, box: boxes[side] };
}

/** The axis, from the origin to its tip or to the edge of the picture. */
function Axis({
  scene: { axis, geometry },
  camera,
  name: { side },
}: {
  readonly scene: Scene;
  readonly camera: Camera;
  readonly name: AxisName;
}) {
  const origin = pixelOf(camera, { across: 0, up: 0 });
  const tip = pixelOf(camera, { across: 0, up: geometry.axis });
  const isOutside = tip.y < 14;
  const end = Math.max(tip.y, 14);
  const name = (
    <>
      {axis.token && <tspan class="mono">{tokenSpans(axis.token)}</tspan>}
      {axis.token && axis.name !== '' ? <tspan class="tip-size">{`, ${axis.name}`}</tspan> : axis.name}
    </>
  );
  if (geometry.axis <= 0) return null;
  return (
    <g
      class={axis.token ? 'scope-axis' : 'scope-axis residual'}
      data-size={geometry.axis}
      data-tip={isOutside ? 'outside' : 'inside'}
      data-x={tip.x}
      data-y={tip.y}
    >
      <BrokenArrow
        foot={origin}
        top={end}
        breakAt={isOutside && origin.y > end + 60 ? end + 24 : null}
        headLength={11}
      />
      {end < camera.height && (
        <text
          x={side === 'corner' ? 2 : tip.x + (side === 'right' ? 9 : -9)}
          text-anchor={side === 'left' ? 'end' : 'start'}
          y={Math.min(isOutside ? end + 8 : end + 4, camera.height - 6)}
        >
          {name}
          {isOutside && <tspan class="tip-size">{` ${l10n.t('tip at {0}', axis.size)}`}</tspan>}
        </text>
      )}
    </g>
  );
}

function Names({ scene, camera, axisBox }: { readonly scene: Scene; readonly camera: Camera; readonly axisBox: Box }) {
  const all = [
    ...(scene.chosen ? [scene.chosen] : []),
    ...scene.lit.filter(({ token }) => token.id !== scene.chosen?.token.id),
  ];
  const at = new Map(all.map((lit) => [lit, pixelOf(camera, lit)]));
  const tip = pixelOf(camera, { across: 0, up: scene.geometry.axis });
  const origin = pixelOf(camera, { across: 0, up: 0 });
  const pole: Box = {
    left: tip.x - 2,
    top: Math.max(tip.y, 0),
    right: tip.x + 2,
    bottom: origin.y,
  };
  const wanted = all
    .slice(0, mostNames(camera.width))
    .map((lit) => ({ id: lit.token.id, width: nameWidth(lit.token, characterWidth), ...(at.get(lit) as Point) }));
  const bounds: Box = { left: 2, top: 8, right: camera.width - 2, bottom: camera.height - 8 };
  const placed = placeLabels(wanted, bounds, [
    axisBox,
    pole,
    ...all.flatMap((lit) => boxesAlong(origin, at.get(lit) as Point, 8, bounds)),
  ]);
  const byId = new Map(all.map((lit) => [lit.token.id, lit]));
  return (
    <g class="names" aria-hidden="true">
      {placed.map(({ id, x, y, leader }) => {
        const lit = byId.get(id) as Lit;
        const from = at.get(lit) as Point;
        const width = nameWidth(lit.token, characterWidth);
        return (
          <g key={id} class={lit === scene.chosen ? 'name chosen' : 'name'} data-id={id}>
            {leader && <line x1={from.x} y1={from.y} x2={leader === 'start' ? x - 2 : x + width} y2={y} />}
            <text x={x} y={y + 4} class="mono">
              {tokenSpans(lit.token)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** The lit tokens as arrows. The circle around a tip takes the mouse and shows the focus. */
function Arrows({ scene, camera, current, pointed }: OverlayProps) {
  const origin = pixelOf(camera, { across: 0, up: 0 });
  const point = (lit: Lit, index: number | null) => {
    const { x, y } = pixelOf(camera, lit);
    const angle = toDegrees(Math.atan2(Math.abs(lit.across), lit.up));
    const classes = ['point', index === null && 'chosen', lit.token.id === pointed && 'pointed']
      .filter(Boolean)
      .join(' ');
    const rank =
      index === null
        ? {}
        : {
            role: 'button' as const,
            'data-rank': lit.rank,
            tabindex: index === current ? 0 : -1,
            'aria-label': lit.label,
          };
    return (
      <g
        key={index === null ? 'chosen' : lit.token.id}
        class={classes}
        data-id={lit.token.id}
        data-angle={angle}
        {...rank}
      >
        <ArrowLine from={origin} to={{ x, y }} headLength={8} />
        <circle cx={x} cy={y} r={6} />
      </g>
    );
  };
  return (
    <g class="arrows">
      {scene.lit.map(point)}
      {scene.chosen && point(scene.chosen, null)}
    </g>
  );
}

/** A bar with the scale, and a second one for heights if they are enlarged. */
function Units({ camera }: { readonly camera: Camera }) {
  const units = [100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
  const across = units.find((unit) => unit * camera.scale <= Math.min(90, camera.width / 4)) ?? 0.01;
  const up = units.find((unit) => unit * camera.scale * camera.stretch <= 60) ?? 0.01;
  const [right, bottom] = [camera.width - 10, camera.height - 8];
  const left = right - across * camera.scale;
  const top = bottom - up * camera.scale * camera.stretch;
  const isStretched = camera.stretch > 1;
  return (
    <g class="units" aria-hidden="true">
      <line class="unit-across" data-units={across} x1={left} x2={right} y1={bottom} y2={bottom} />
      <text x={left - 6} y={bottom + 3} text-anchor="end">
        {isStretched
          ? l10n.t('{0} across', across)
          : across === 1
            ? l10n.t('1 unit, both ways')
            : l10n.t('{0} units, both ways', across)}
      </text>
      {isStretched && (
        <>
          <line class="unit-up" data-units={up} x1={right} x2={right} y1={top} y2={bottom} />
          <text x={right - 6} y={(top + bottom) / 2} text-anchor="end">
            {l10n.t('{0} up', up)}
          </text>
        </>
      )}
    </g>
  );
}

export interface OverlayProps {
  readonly scene: Scene;
  readonly camera: Camera;
  /** Index of the lit token with the tab stop. */
  readonly current: number;
  /** The token under the mouse. */
  readonly pointed: number | null;
  /** Its place. */
  readonly ring: Point | null;
}

/** Everything over the density: curves of one metric, the axis, and the lit tokens with their names. */
export function Overlay(props: OverlayProps) {
  const { scene, camera, ring } = props;
  const name = axisNameOf(scene, camera);
  return (
    <>
      {metrics.map((metric) => (
        <Family
          metric={metric}
          list={curves(metric, camera, scene.geometry)}
          shown={metric === scene.metric}
          heightName={scene.heightName}
          camera={camera}
        />
      ))}
      <Axis scene={scene} camera={camera} name={name} />
      <Names scene={scene} camera={camera} axisBox={name.box} />
      <Arrows {...props} />
      {ring && <circle class="ring" cx={ring.x} cy={ring.y} r={6} />}
      <Units camera={camera} />
    </>
  );
}
