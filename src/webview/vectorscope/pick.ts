import { pixelOf, type Camera, type Point } from './camera';

/** CSS pixels. */
const reach = 7;

/**
 * The token that stands nearest to a pixel, at most `reach` away; those that are lit go first. null where there is
 * none.
 */
export function pick(
  up: Float32Array,
  across: Float32Array,
  camera: Camera,
  at: Point,
  lit: readonly number[],
): number | null {
  const away = (id: number): number => {
    const { x, y } = pixelOf(camera, { across: across[id] as number, up: up[id] as number });
    return Math.hypot(x - at.x, y - at.y);
  };
  const named = lit.filter((id) => away(id) <= reach + 2).sort((a, b) => away(a) - away(b))[0];
  if (named !== undefined) return named;
  const [perX, perY] = [camera.scale, camera.scale * camera.stretch];
  const left = camera.across + (at.x - camera.width / 2) / perX;
  const height = camera.up - (at.y - camera.height / 2) / perY;
  let [best, nearest] = [-1, reach * reach];
  for (let id = 0; id < up.length; id++) {
    const dx = ((across[id] as number) - left) * perX;
    const dy = ((up[id] as number) - height) * perY;
    const square = dx * dx + dy * dy;
    if (square < nearest) [best, nearest] = [id, square];
  }
  return best < 0 ? null : best;
}
