import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ScopeView } from '../../../../src/shared/instruments';
import { byMetric, metrics, type ByMetric, type Metric } from '../../../../src/shared/metrics';
import { type RankedToken } from '../../../../src/shared/tokens';
import { sentence } from '../../../../src/webview/parts/words';
import { boxesOverlap, placeLabels, type NameBox } from '../../../../src/webview/picture/name';
import { axisNameOf } from '../../../../src/webview/vectorscope/axis';
import { fitted, panned, pixelOf, unitsAt, zoomed, pick } from '../../../../src/webview/vectorscope/camera';
import { curvesByMetric } from '../../../../src/webview/vectorscope/curves';
import { cellsOf, countCells, stepOf } from '../../../../src/webview/vectorscope/density';
import { axisName, truthSentence, vectorscopeFinding } from '../../../../src/webview/vectorscope/finding';
import { geometryOf, planePoint, toDegrees, relationOf } from '../../../../src/webview/vectorscope/geometry';
import { labelled } from '../../../../src/webview/vectorscope/overlay';
import { sceneOf, type Scene } from '../../../../src/webview/vectorscope/scene';
import { allFirst, empty, model, ranked, scopeOf, vocabularyToken } from '../build';

const tokens = fc.array(
  fc.tuple(fc.double({ min: 0, max: 180, noNaN: true }), fc.double({ min: 0.1, max: 8, noNaN: true })),
  { minLength: 1, maxLength: 40 },
);
const size = fc.double({ min: 0.5, max: 60, noNaN: true });

it('names a long axis without cutting a character in two', () => {
  const expression = `${'a'.repeat(38)}😀 + bcd`;
  const scope: ScopeView = { ...scopeOf(1, []), axis: { kind: 'vector', expression } };
  expect(axisName(scope, empty)).toBe(`${'a'.repeat(38)}😀…`);
});

describe('a token in the picture', () => {
  it('has its true angle, height and distance to the tip, on the side that its id says', () => {
    fc.assert(
      fc.property(size, tokens, (axis, list) => {
        const scope = scopeOf(axis, list);
        const { up, across } = geometryOf(scope, true);
        list.forEach(([angle, length], id) => {
          const [x, y] = [across[id] as number, up[id] as number];
          expect(Math.hypot(x, y)).toBeCloseTo(length, 3);
          if (angle > 1 && angle < 179) expect(toDegrees(Math.atan2(Math.abs(x), y))).toBeCloseTo(angle, 1);
          expect(y * axis).toBeCloseTo(scope.dots[id] as number, 2);
          expect(Math.hypot(x, y - axis)).toBeCloseTo(relationOf(scope, id).values.euclidean, 2);
          expect(Math.sign(x) === (id % 2 === 0 ? 1 : -1) || x === 0).toBe(true);
        });
      }),
    );
  });

  it('has size 1 where sizes are off, and height is the cosine', () => {
    expect(planePoint(2, 3, 2, 3, false)).toMatchObject({ up: 0.5 });
    expect(planePoint(3, 3, 2, 3, false).across).toBeCloseTo(-Math.sqrt(0.75), 9);
  });

  it('lies in the middle where it or the axis has size 0', () => {
    expect(planePoint(0, 0, 0, 2, true)).toEqual({ up: 0, across: 0 });
    expect(planePoint(0, 0, 2, 0, true)).toEqual({ up: 0, across: 2 });
    expect(geometryOf(scopeOf(0, '90:1'), false).axis).toBe(0);
  });
});

describe('the view', () => {
  it('fits all tokens first, and says by how much it stretches', () => {
    fc.assert(
      fc.property(size, tokens, fc.boolean(), (axis, list, stretched) => {
        const geometry = geometryOf(scopeOf(axis, list), true);
        const camera = fitted(geometry, 960, 400, stretched);
        expect(Number.isInteger(camera.stretch)).toBe(true);
        if (!stretched) expect(camera.stretch).toBe(1);
        for (let id = 0; id < list.length; id++) {
          const { x, y } = pixelOf(camera, { across: geometry.across[id] as number, up: geometry.up[id] as number });
          expect(x).toBeGreaterThanOrEqual(-0.01);
          expect(x).toBeLessThanOrEqual(960.01);
          expect(y).toBeGreaterThanOrEqual(-0.01);
          expect(y).toBeLessThanOrEqual(400.01);
        }
      }),
    );
  });

  it('keeps the point under the mouse while it zooms, and comes back by the same way', () => {
    const home = fitted(geometryOf(scopeOf(2, '60:3 120:5'), true), 800, 400, false);
    const at = { x: 123, y: 321 };
    const nearer = zoomed(home, at, 3, home);
    expect(unitsAt(nearer, at).across).toBeCloseTo(unitsAt(home, at).across, 9);
    expect(unitsAt(nearer, at).up).toBeCloseTo(unitsAt(home, at).up, 9);
    expect(zoomed(nearer, at, 1 / 3, home).up).toBeCloseTo(home.up, 9);
    expect(zoomed(home, at, 1e9, home).scale).toBe(home.scale * 400);
    expect(panned(panned(home, 30, 40), -30, -40).across).toBeCloseTo(home.across, 9);
  });
});

describe('the density', () => {
  it('counts every token once, inside or outside', () => {
    fc.assert(
      fc.property(tokens, fc.double({ min: 0.3, max: 50, noNaN: true }), (list, factor) => {
        const { up, across, ...rest } = geometryOf(scopeOf(3, list), true);
        const home = fitted({ up, across, ...rest }, 300, 200, false);
        const camera = zoomed(home, { x: 10, y: 20 }, factor, home);
        const { columns, rows } = cellsOf(camera);
        const counts = new Uint16Array(columns * rows);
        const outside = countCells({ up, across }, camera, counts);
        expect(counts.reduce((sum, count) => sum + count, outside)).toBe(list.length);
      }),
    );
  });

  it('has a step for none and six more', () => {
    expect([0, 1, 2, 3, 4, 8, 16, 31, 32, 5000].map(stepOf)).toEqual([0, 1, 2, 2, 3, 4, 5, 5, 6, 6]);
  });
});

describe('the curves of a metric', () => {
  const scope = scopeOf(2.2, '40:2 70:6.5 85:3 100:4');
  for (const stretched of [false, true]) {
    it(`go through the points that have their value, stretched: ${stretched}`, () => {
      const geometry = geometryOf(scope, true);
      const camera = fitted(geometry, 900, 420, stretched);
      for (const metric of metrics) {
        const list = curvesByMetric[metric].curves(camera, geometry);
        expect(list.length).toBeGreaterThan(2);
        for (const { value, shape } of list) {
          const points =
            shape.kind === 'line'
              ? [shape.from, shape.to]
              : [0, 1, 2].map((turn) => ({
                  x: shape.centre.x + shape.across * Math.cos(turn),
                  y: shape.centre.y + shape.up * Math.sin(turn),
                }));
          for (const point of points) {
            const { across, up } = unitsAt(camera, point);
            const measured: ByMetric<number> = {
              euclidean: Math.hypot(across, up - geometry.axis),
              dot: up * geometry.axis,
              cosine: toDegrees(Math.atan2(Math.abs(across), up)),
            };
            if (metric !== 'cosine' || Math.hypot(across, up) > 1e-6) expect(measured[metric]).toBeCloseTo(value, 6);
          }
        }
      }
    });
  }

  it('are none for dot products with an axis of size 0', () => {
    const geometry = geometryOf(scopeOf(0, '90:1'), true);
    expect(curvesByMetric.dot.curves(fitted(geometry, 900, 420, false), geometry)).toEqual([]);
  });
});

describe('names', () => {
  it('are never over one another, over a point, beyond the bounds, or in another order than their points', () => {
    const point = fc.record({
      x: fc.integer({ min: 0, max: 400 }),
      y: fc.integer({ min: 0, max: 200 }),
      width: fc.integer({ min: 10, max: 90 }),
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 12 }), (points) => {
        const wanted = points.map((at, id) => ({ ...at, id }));
        const bounds = { left: 0, top: 0, right: 400, bottom: 200 };
        const boxes = placeLabels(wanted, bounds, [{ left: 190, top: 0, right: 210, bottom: 200 }]).map(
          ({ id, x, y }) => ({ id, left: x, right: x + (wanted[id]?.width ?? 0), top: y - 6, bottom: y + 6 }),
        );
        for (const a of boxes) {
          expect(a.left).toBeGreaterThanOrEqual(0);
          expect(a.right).toBeLessThanOrEqual(400);
          for (const { x, y } of points) expect(x > a.left && x < a.right && y > a.top && y < a.bottom).toBe(false);
          const heightOf = ({ id }: { readonly id: number }) => wanted[id]?.y ?? NaN;
          for (const b of boxes) if (heightOf(a) < heightOf(b)) expect(a.top).toBeLessThanOrEqual(b.top);
          for (const b of boxes)
            if (a.id < b.id)
              expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
        }
      }),
    );
  });
});

describe('a line from a point to its name', () => {
  it('crosses no wall and no other name', () => {
    const crowd = [0, 1, 2, 3].map((id) => ({ id, x: 100 + 4 * id, y: 100, width: 40 }));
    const bounds = { left: 0, top: 0, right: 300, bottom: 200 };
    const wall = { left: 122, top: 0, right: 126, bottom: 200 };
    const placed = placeLabels(crowd, bounds, [wall], { walls: [wall], longest: 34 });
    expect(placed.length).toBeGreaterThan(0);
    for (const { x } of placed) expect(x + 40).toBeLessThanOrEqual(122);
  });
});

describe('the labels of the curves', () => {
  it('lie neither on each other nor on what is taken, and the highest that has room names the scale', () => {
    const scope = scopeOf(2.2, '40:2 70:6.5 100:4');
    const geometry = geometryOf(scope, true);
    const camera = fitted(geometry, 300, 250, false);
    const scene = { geometry, heightName: 'dot product' };
    const boxes = (metric: Metric, taken: readonly NameBox[]) =>
      labelled(metric, camera, scene, taken).flatMap(({ label }) => (label ? [label] : []));
    for (const metric of metrics) {
      const [first, ...rest] = boxes(metric, []);
      if (!first) throw new Error(`No label by ${metric}.`);
      expect(boxes(metric, [first.box]).some(({ box }) => boxesOverlap(box, first.box))).toBe(false);
      for (const { box } of rest) expect(boxesOverlap(box, first.box)).toBe(false);
    }
    const [highest] = boxes('dot', []).toReversed();
    const next = boxes('dot', highest ? [highest.box] : []).at(-1);
    expect([highest?.text, next?.text].map((text) => text?.endsWith(' dot product'))).toEqual([true, true]);
  });
});

describe('the name of the axis', () => {
  const named = (width: number, arrows: readonly NameBox[] = []) => {
    const scope = {
      ...scopeOf(40, '80:3 88:2'),
      axis: { kind: 'residual' as const, position: 4, layer: 0 },
    };
    const geometry = geometryOf(scope, true);
    const scene = sceneOf(scope, geometry, 'dot', false, { ...empty, model });
    const named: Scene = { ...scene, axis: { ...scene.axis, name: 'before the layers, position 5' } };
    return axisNameOf(named, fitted(geometry, width, 250, true), arrows);
  };

  it('stands in one line where there is room, and in several short ones beside the axis where there is not', () => {
    expect(named(900).isOneLine).toBe(true);
    const narrow = named(360);
    expect(narrow.lines.map(({ words }) => words)).toEqual(['before the layers,', 'position 5', 'tip at 40.00']);
    expect(narrow.side).not.toBe('corner');
    expect(narrow.box.right - narrow.box.left).toBeLessThan(180);
  });

  it('stands where no arrow crosses it', () => {
    const free = named(420);
    const other = named(420, [free.box]);
    expect([free.side, other.side].sort()).toEqual(['left', 'right']);
    // Arrows that stand close to the axis on both sides.
    const middle = (Math.min(free.box.right, other.box.right) + Math.max(free.box.left, other.box.left)) / 2;
    const steep = { left: middle - 20, right: middle + 20, top: free.box.top, bottom: free.box.bottom };
    const corner = named(420, [steep]);
    expect(corner.side).toMatch(/corner/);
  });
});

describe('the caption', () => {
  const scope = scopeOf(2, '60:3 80:2');
  const says = (change: Partial<ScopeView>, withSizes: boolean) =>
    truthSentence(49_152, { ...scope, ...change }, geometryOf(scope, withSizes), null);
  const token = { kind: 'token' as const, token: vocabularyToken('t0', 0) };

  it('says what is subtracted from what where vectors are centred', () => {
    expect(says({}, true)).not.toContain('mean');
    expect(says({ centred: true }, true)).toContain('but not from the axis.');
    expect(says({ centred: true, axis: token }, false)).toContain('and from the axis.');
  });

  it('says which sizes are drawn', () => {
    expect(says({}, true)).toContain('and their size.');
    expect(says({}, false)).toContain('have size 1.');
  });

  it('says that angles are not true where heights are enlarged', () => {
    const narrow = scopeOf(40, '88:3 92:2');
    const geometry = geometryOf(narrow, true);
    const camera = fitted(geometry, 900, 400, true);
    const said = truthSentence(49_152, narrow, geometry, camera);
    expect(camera.stretch).toBeGreaterThan(1);
    expect(said).toContain(`${camera.stretch} times larger. Read angles from the rays`);
  });
});

describe('the mouse', () => {
  it('finds the nearest token within its reach, the lit ones first', () => {
    const geometry = geometryOf(scopeOf(2, '60:3 60:3 90:2'), true);
    const camera = fitted(geometry, 800, 400, false);
    const on = pixelOf(camera, { across: geometry.across[0] as number, up: geometry.up[0] as number });
    expect(pick(geometry, camera, { x: on.x + 3, y: on.y }, [])).toBe(0);
    expect(pick(geometry, camera, { x: on.x + 30, y: on.y }, [])).toBeNull();
    expect(pick(geometry, camera, { x: on.x + 8, y: on.y }, [0])).toBe(0);
  });
});

describe('the scene', () => {
  const state = { ...empty, model };

  it('lights the nearest by the metric, without the axis itself', () => {
    const around = scopeOf(2, '0:2 70:7 50:2');
    const axis = { kind: 'token' as const, token: vocabularyToken('t0', 0) };
    const scope: ScopeView = { ...around, axis };
    const lit = (metric: 'euclidean' | 'dot') =>
      sceneOf(scope, geometryOf(scope, true), metric, false, state).lit.map(({ token, rank }) => [token.id, rank]);
    expect(lit('euclidean')).toEqual([
      [2, 2],
      [1, 3],
    ]);
    expect(lit('dot')).toEqual([
      [1, 1],
      [2, 3],
    ]);
    expect(sceneOf(scope, geometryOf(scope, false), 'dot', false, state).lit.map(({ token }) => token.id)).toEqual([
      2, 1,
    ]);
  });

  it('leaves fragments out where they are to be hidden, and keeps the ranks', () => {
    const plain = scopeOf(40, '80:3 85:2 88:2');
    const [first, ...rest] = plain.nearest.dot;
    const scope: ScopeView = {
      ...plain,
      nearest: { ...plain.nearest, dot: [{ ...first!, token: { ...first!.token, special: true } }, ...rest] },
    };
    expect(sceneOf(scope, geometryOf(scope, true), 'dot', true, state).lit.map(({ rank }) => rank)).toEqual([2, 3]);
    expect(sceneOf(scope, geometryOf(scope, true), 'dot', false, state).lit.map(({ rank }) => rank)).toEqual([1, 2, 3]);
  });

  it('calls a height around h a logit, and none over centred rows', () => {
    const scope = scopeOf(40, '80:3 85:2');
    const named = (centred: boolean) =>
      sceneOf({ ...scope, centred }, geometryOf(scope, true), 'dot', false, state).heightName;
    expect([named(false), named(true)]).toEqual(['logit', 'dot product']);
  });

  it('marks the chosen token around a residual only', () => {
    const scope = scopeOf(40, '80:3 85:2');
    const chosen = {
      token: vocabularyToken('t1', 1),
      ownRank: { raw: allFirst, centred: allFirst, normed: allFirst },
    };
    expect(sceneOf(scope, geometryOf(scope, true), 'dot', false, { ...state, token: chosen }).chosen?.token.id).toBe(1);
    const aroundToken: ScopeView = { ...scope, axis: { kind: 'token', token: chosen.token } };
    expect(sceneOf(aroundToken, geometryOf(scope, true), 'dot', false, { ...state, token: chosen }).chosen).toBeNull();
  });
});

describe('the finding', () => {
  const says = (scope: ScopeView | null) => sentence(vectorscopeFinding({ ...empty, model, scope }));
  const entry = (id: number, angle: number, dot: number): RankedToken => ({
    ...ranked(`t${id}`, id),
    angle,
    values: { ...byMetric(() => 1), cosine: 0.5, dot },
  });
  const token = (euclidean: readonly RankedToken[], dot: readonly RankedToken[]): ScopeView => ({
    ...scopeOf(2, '0:2 50:2 51:2.2 70:6 72:6.5'),
    axis: { kind: 'token', token: vocabularyToken('t0', 0) },
    nearest: { ...byMetric(() => euclidean), dot },
  });

  it('compares where the nearest lie', () => {
    expect(says(token([entry(0, 0, 4), entry(1, 50, 2), entry(2, 51.4, 2)], [entry(3, 70, 5), entry(4, 72, 5)]))).toBe(
      'The tokens nearest by distance are 50–51° from the axis, of size 2.0–2.2. Those nearest by dot product are 70–72° from the axis, of size 6.0–6.5',
    );
  });

  it('says what stands highest around a residual, and whether it is also the nearest by angle', () => {
    const around = (dot: readonly RankedToken[], cosine: readonly RankedToken[]): ScopeView => ({
      ...scopeOf(40, '80:3'),
      nearest: { ...byMetric(() => dot), cosine },
    });
    expect(says(around([entry(1, 79.6, 17.4), entry(2, 83, 14.9)], [entry(1, 79.6, 17.4)]))).toBe(
      't1 is highest, 2.50 above t2. Nearest by angle is t1 (79.6°), by distance t1 (1.000)',
    );
    expect(says(around([entry(1, 82, 17.4), entry(2, 83, 14.9)], [entry(2, 80, 14.9)]))).toBe(
      't1 is highest, 2.50 above t2. Nearest by angle is t2 (80.0° against 82.0°), by distance t1 (1.000)',
    );
    const other = around([entry(1, 82, 17.4), entry(2, 80, 14.9)], [entry(2, 80, 14.9)]);
    const near = { ...other, nearest: { ...other.nearest, euclidean: [entry(3, 83, 2)] } };
    expect(says(near)).toMatch(
      /^t1 is highest, 2\.50 above t2\. Nearest by angle is t2 \(.*\), by distance t3 \([\d.]+ against /,
    );
    // As the rows below subtract.
    const [first, second] = [entry(1, 82, 17.4), entry(2, 83, 14.9)].map((one, row) => ({
      ...one,
      values: { ...one.values, dot: [20.6749, 18.8851][row] as number },
    })) as [RankedToken, RankedToken];
    expect(says(around([first, second], [first]))).toContain('1.78 above');
  });

  it('says that a vector of size 0 has no direction, and nothing while nothing is known', () => {
    expect(says(scopeOf(0, '90:1'))).toBe('This vector has size 0, so it has no direction');
    expect(says(null)).toBe('');
  });
});
