import * as l10n from '@vscode/l10n';
import { plain, fixed } from '../../shared/format';
import { metrics, type Metric } from '../../shared/metrics';
import { nameWidth } from '../parts/text';
import { ArrowLine, boxesAlong } from '../picture/arrow';
import { placeLabels, type NameBox, type Point, TokenName, boxesOverlap } from '../picture/name';
import { ScopeAxis, axisNameOf } from './axis';
import { pixelOf, type Camera } from './camera';
import { curvesByMetric, type LogitCurve } from './curves';
import { toDegrees } from './geometry';
import type { Lit, Scene } from './scene';

/** Pixels. */
const nameCharacter = 6.2;

/** A curve and its label, if that has room. */
interface Labelled {
  readonly curve: LogitCurve;
  readonly label: { readonly text: string; readonly x: number; readonly y: number; readonly box: NameBox } | null;
}

/** Prints the values of a family with just enough decimals to differ. */
function printerFor(metric: Metric, list: readonly LogitCurve[]): (value: number) => string {
  const values = [...new Set(list.map(({ value }) => value))].sort((a, b) => a - b);
  const step = Math.min(...values.slice(1).map((value, index) => value - (values[index] as number)));
  const decimals = Number.isFinite(step) ? Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) : 1;
  return (value) => `${fixed(value, decimals)}${curvesByMetric[metric].unit}`;
}

/** The curves of a metric with labels that lie neither on each other nor on a taken box. */
export function labelled(
  metric: Metric,
  camera: Camera,
  { geometry, heightName }: Pick<Scene, 'geometry' | 'heightName'>,
  taken: readonly NameBox[],
): readonly Labelled[] {
  const { curves, label: place, isScale } = curvesByMetric[metric];
  const list = curves(camera, geometry);
  const printed = printerFor(metric, list);
  const full = [...taken];
  let isNamed = !isScale;
  // The last curve comes first: its label names the scale.
  return list
    .toReversed()
    .map((curve): Labelled => {
      if (!curve.label) return { curve, label: null };
      const text = isNamed ? printed(curve.value) : `${printed(curve.value)} ${heightName}`;
      const width = text.length * nameCharacter;
      const { x, y } =
        place === 'above' ? { x: curve.label.x, y: curve.label.y - 3 } : { ...curve.label, y: curve.label.y + 4 };
      const left = place === 'above' ? x : x - width / 2;
      const box = { left: left - 2, top: y - 11, right: left + width + 2, bottom: y + 3 };
      if (full.some((other) => boxesOverlap(box, other))) return { curve, label: null };
      full.push(box);
      isNamed = true;
      return { curve, label: { text, x, y, box } };
    })
    .toReversed();
}

function CurveLine({ curve: { shape } }: { readonly curve: LogitCurve }) {
  return shape.kind === 'line' ? (
    <line x1={shape.from.x} y1={shape.from.y} x2={shape.to.x} y2={shape.to.y} />
  ) : (
    <ellipse cx={shape.centre.x} cy={shape.centre.y} rx={shape.across} ry={shape.up} />
  );
}

interface FamilyProps {
  readonly metric: Metric;
  readonly list: readonly Labelled[];
  readonly shown: boolean;
}

function Family({ metric, list, shown }: FamilyProps) {
  const { label: place, isScale } = curvesByMetric[metric];
  return (
    <g class={shown ? 'family shown' : 'family'} data-metric={metric} aria-hidden="true">
      {list.map(({ curve, label }) => (
        <g class={curve.value === 0 && isScale ? 'curve zero' : 'curve'} data-value={curve.value}>
          <CurveLine curve={curve} />
          {label && (
            <text x={label.x} y={label.y} text-anchor={place === 'above' ? 'start' : 'middle'}>
              {label.text}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

const units = [100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

/** The lower right corner, where both bars meet, their other ends, and their lengths in units. Pixels. */
function barsOf({ width, height, scale, stretch }: Camera) {
  const across = units.find((unit) => unit * scale <= Math.min(90, width / 4)) ?? 0.01;
  const up = units.find((unit) => unit * scale * stretch <= 60) ?? 0.01;
  const [right, bottom] = [width - 10, height - 8];
  const [left, top] = [right - across * scale, bottom - up * scale * stretch];
  return { across, up, left, top, right, bottom, isStretched: stretch > 1 };
}

function acrossWords(camera: Camera): string {
  const { across, isStretched } = barsOf(camera);
  if (isStretched) return l10n.t('{0} across', plain(across));
  return l10n.t('model units, both ways: {0}', plain(across));
}

/** Pixels. */
const character = 6;
const lineHeight = 14;

/** The room of the bars and their words, pixels. */
function unitBoxes(camera: Camera): readonly NameBox[] {
  const { left, right, top, bottom, isStretched } = barsOf(camera);
  const words = acrossWords(camera).length * character + 6;
  const half = lineHeight / 2;
  const across = { left: left - words, top: bottom - half, right: right + 2, bottom: bottom + half };
  return isStretched ? [across, { left: right - 60, top: top - 4, right: right + 2, bottom }] : [across];
}

/** A bar with the scale, and a second one for heights if they are enlarged. */
export function Units({ camera }: { readonly camera: Camera }) {
  const { across, up, left, right, top, bottom, isStretched } = barsOf(camera);
  return (
    <g class="units" aria-hidden="true">
      <line class="unit-across" data-units={across} x1={left} x2={right} y1={bottom} y2={bottom} />
      <text x={left - 6} y={bottom + 3} text-anchor="end">
        {acrossWords(camera)}
      </text>
      {isStretched && (
        <>
          <line class="unit-up" data-units={up} x1={right} x2={right} y1={top} y2={bottom} />
          <text x={right - 6} y={(top + bottom) / 2} text-anchor="end">
            {l10n.t('{0} up', plain(up))}
          </text>
        </>
      )}
    </g>
  );
}

const characterWidth = 6.7;
/** Narrower pictures, pixels, have fewer names and shorter lines to them. */
const narrow = 420;
const mostNames = (width: number): number => (width < narrow ? 5 : width < 700 ? 7 : 12);

/** The tokens that have an arrow: the chosen one, then those that are compared, then the nearest. */
function drawnOf({ chosen, compared, lit }: Scene): readonly Lit[] {
  const all = [...(chosen ? [chosen] : []), ...compared, ...lit];
  return all.filter((one, index) => all.findIndex(({ token }) => token.id === one.token.id) === index);
}

/** Where names may stand. */
const boundsOf = ({ width, height }: Camera): NameBox => ({ left: 2, top: 8, right: width - 2, bottom: height - 8 });

interface NamesProps {
  readonly scene: Scene;
  readonly camera: Camera;
  /** Where no name may stand. */
  readonly taken: readonly NameBox[];
  /** Boxes that the line from a point to its name must not cross. */
  readonly walls: readonly NameBox[];
}

const nameClass = ({ chosen, compared }: Scene, lit: Lit): string =>
  lit === chosen
    ? 'named name chosen'
    : compared.some(({ token }) => token.id === lit.token.id)
      ? 'named name compared'
      : 'named name';

function Names({ scene, camera, taken, walls }: NamesProps) {
  const wanted = drawnOf(scene)
    .slice(0, mostNames(camera.width))
    .map((lit) => ({ lit, id: lit.token.id, width: nameWidth(lit.token, characterWidth), ...pixelOf(camera, lit) }));
  const longest = camera.width < narrow ? 34 : Infinity;
  const placed = placeLabels(wanted, boundsOf(camera), taken, { walls, longest });
  const byId = new Map(wanted.map((one) => [one.id, one]));
  return (
    <g class="names" aria-hidden="true">
      {placed.map((place) => {
        const one = byId.get(place.id);
        return (
          one && (
            <TokenName
              key={place.id}
              class={nameClass(scene, one.lit)}
              token={one.lit.token}
              place={place}
              point={one}
              characterWidth={characterWidth}
            />
          )
        );
      })}
    </g>
  );
}

/** The lit tokens as arrows. The circle around a tip takes the mouse and shows the focus. */
function Arrows({ scene, camera, current, pointed }: OverlayProps) {
  const origin = pixelOf(camera, { across: 0, up: 0 });
  const point = (lit: Lit, index: number | 'chosen' | 'compared') => {
    const { x, y } = pixelOf(camera, lit);
    const angle = toDegrees(Math.atan2(Math.abs(lit.across), lit.up));
    const isNearest = typeof index === 'number';
    const classes = ['point', !isNearest && index, lit.token.id === pointed && 'pointed'].filter(Boolean).join(' ');
    const rank = isNearest && {
      role: 'button' as const,
      'data-rank': lit.rank,
      tabindex: index === current ? 0 : -1,
      'aria-label': lit.label,
    };
    return (
      <g
        key={isNearest ? lit.token.id : `${index} ${lit.token.id}`}
        class={classes}
        data-id={lit.token.id}
        data-angle={angle}
        {...(rank || {})}
      >
        <ArrowLine from={origin} to={{ x, y }} headLength={8} />
        <circle cx={x} cy={y} r={6} />
      </g>
    );
  };
  return (
    <g class="arrows">
      {scene.lit.map(point)}
      {scene.compared.map((lit) => point(lit, 'compared'))}
      {scene.chosen && point(scene.chosen, 'chosen')}
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
  /** Whether this is the only picture. It also holds the curves of the other metrics, so that a change can fade. */
  readonly isAlone: boolean;
  /** The last picture in a row, which has the unit bars. */
  readonly isLast: boolean;
}

/** Everything over the density: curves of one metric, the axis, and the lit tokens with their names. */
export function Overlay(props: OverlayProps) {
  const { scene, camera, pointed, ring, isAlone, isLast } = props;
  const tip = pixelOf(camera, { across: 0, up: scene.geometry.axis });
  const origin = pixelOf(camera, { across: 0, up: 0 });
  const pole: NameBox = { left: tip.x - 2, top: Math.max(tip.y, 0), right: tip.x + 2, bottom: origin.y };
  const bounds = boundsOf(camera);
  const arrows = drawnOf(scene).flatMap((lit) => boxesAlong(origin, pixelOf(camera, lit), 8, bounds));
  const name = axisNameOf(scene, camera, arrows);
  const taken = [name.box, pole, ...(isLast ? unitBoxes(camera) : [])];
  const families = (isAlone ? metrics : [scene.metric]).map((metric) => ({
    metric,
    list: labelled(metric, camera, scene, [...taken, ...arrows]),
  }));
  const labels = families
    .filter(({ metric }) => metric === scene.metric)
    .flatMap(({ list }) => list.flatMap(({ label }) => (label ? [label.box] : [])));
  return (
    <>
      {families.map(({ metric, list }) => (
        <Family key={metric} metric={metric} list={list} shown={metric === scene.metric} />
      ))}
      <ScopeAxis scene={scene} camera={camera} name={name} />
      {ring && !drawnOf(scene).some(({ token }) => token.id === pointed) && (
        <g class="pointed-arrow" data-id={pointed}>
          <ArrowLine from={origin} to={ring} headLength={8} />
        </g>
      )}
      <Names
        scene={scene}
        camera={camera}
        taken={[...taken, ...arrows, ...labels]}
        walls={[name.box, pole, ...labels]}
      />
      <Arrows {...props} />
      {ring && <circle class="ring" cx={ring.x} cy={ring.y} r={6} />}
      {isLast && <Units camera={camera} />}
    </>
  );
}
