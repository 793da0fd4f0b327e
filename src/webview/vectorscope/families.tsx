import { fixed } from '../../shared/format';
import type { Metric } from '../../shared/metrics';
import { type NameBox, boxesOverlap } from '../picture/name';
import type { Camera } from './camera';
import { curvesByMetric, type LogitCurve } from './curves';
import type { Scene } from './scene';

/** Pixels. */
const character = 6.2;

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
      const width = text.length * character;
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

export function Family({ metric, list, shown }: FamilyProps) {
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
