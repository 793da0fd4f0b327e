import { firstTwo, geluErf, geluTanh, lastTwo, silu, sumOfTwo } from './lanes';

// Steps of the layers on each row by itself. One thread computes a row, in a fixed order.

/** Σ x² of `width` numbers, in float64. */
export function squares(x: usize, width: i32): f64 {
  let first = f64x2.splat(0), second = first;
  const whole = width & ~3;
  for (let i = 0; i < whole; i += 4) {
    const v = v128.load(x + (<usize>i << 2));
    const a = firstTwo(v), b = lastTwo(v);
    first = f64x2.add(first, f64x2.mul(a, a));
    second = f64x2.add(second, f64x2.mul(b, b));
  }
  let sum = sumOfTwo(f64x2.add(first, second));
  for (let i = whole; i < width; i++) {
    const value = <f64>load<f32>(x + (<usize>i << 2));
    sum += value * value;
  }
  return sum;
}

/** Sum of `width` numbers, in float64. */
function total(x: usize, width: i32): f64 {
  let first = f64x2.splat(0), second = first;
  const whole = width & ~3;
  for (let i = 0; i < whole; i += 4) {
    const v = v128.load(x + (<usize>i << 2));
    first = f64x2.add(first, firstTwo(v));
    second = f64x2.add(second, lastTwo(v));
  }
  let sum = sumOfTwo(f64x2.add(first, second));
  for (let i = whole; i < width; i++) sum += <f64>load<f32>(x + (<usize>i << 2));
  return sum;
}

/** ‖x‖₂ of `rows` rows of `width` numbers, float64 at `out`. */
export function sizes(x: usize, out: usize, rows: i32, width: i32): void {
  for (let r = 0; r < rows; r++) {
    store<f64>(out + (<usize>r << 3), Math.sqrt(squares(x + (<usize>(r * width) << 2), width)));
  }
}

/** gain ⊙ x / √(mean x² + ε) of `rows` rows, Zhang & Sennrich 2019, arXiv:1910.07467. */
export function rmsNorm(x: usize, out: usize, gain: usize, rows: i32, width: i32, epsilon: f64): void {
  const whole = width & ~3;
  for (let r = 0; r < rows; r++) {
    const from = x + (<usize>(r * width) << 2);
    const to = out + (<usize>(r * width) << 2);
    const scale = <f32>(1 / Math.sqrt(squares(from, width) / width + epsilon));
    const scales = f32x4.splat(scale);
    for (let i = 0; i < whole; i += 4) {
      const at = <usize>i << 2;
      v128.store(to + at, f32x4.mul(f32x4.mul(v128.load(from + at), scales), v128.load(gain + at)));
    }
    for (let i = whole; i < width; i++) {
      const at = <usize>i << 2;
      store<f32>(to + at, load<f32>(from + at) * scale * load<f32>(gain + at));
    }
  }
}

/** gain ⊙ (x − mean x) / √(variance x + ε) + bias of `rows` rows, Ba et al. 2016, arXiv:1607.06450. */
export function layerNorm(x: usize, out: usize, gain: usize, bias: usize, rows: i32, width: i32, epsilon: f64): void {
  const whole = width & ~3;
  for (let r = 0; r < rows; r++) {
    const from = x + (<usize>(r * width) << 2);
    const to = out + (<usize>(r * width) << 2);
    const mean = total(from, width) / width;
    let variance = 0.0;
    for (let i = 0; i < width; i++) {
      const apart = <f64>load<f32>(from + (<usize>i << 2)) - mean;
      variance += apart * apart;
    }
    const scale = <f32>(1 / Math.sqrt(variance / width + epsilon));
    const centre = <f32>mean;
    const scales = f32x4.splat(scale), centres = f32x4.splat(centre);
    for (let i = 0; i < whole; i += 4) {
      const at = <usize>i << 2;
      const normed = f32x4.mul(f32x4.sub(v128.load(from + at), centres), scales);
      v128.store(to + at, f32x4.add(f32x4.mul(normed, v128.load(gain + at)), v128.load(bias + at)));
    }
    for (let i = whole; i < width; i++) {
      const at = <usize>i << 2;
      store<f32>(to + at, (load<f32>(from + at) - centre) * scale * load<f32>(gain + at) + load<f32>(bias + at));
    }
  }
}

/**
 * Rotates the pairs of each head (Su et al. 2021, arXiv:2104.09864). `cosine` and `sine` hold `pairs` numbers for each
 * row. A pair is two neighbours with `interleaved`, else one number from each half of the rotated part. The rest of a
 * head is copied.
 */
export function rotary(
  x: usize, out: usize, cosine: usize, sine: usize, rows: i32, heads: i32, headSize: i32, pairs: i32, interleaved: bool,
): void {
  for (let r = 0; r < rows; r++) {
    const c = cosine + (<usize>(r * pairs) << 2);
    const s = sine + (<usize>(r * pairs) << 2);
    for (let h = 0; h < heads; h++) {
      const at = <usize>((r * heads + h) * headSize) << 2;
      if (interleaved) rotateNeighbours(x + at, out + at, c, s, pairs);
      else rotateHalves(x + at, out + at, c, s, pairs);
      for (let i = 2 * pairs; i < headSize; i++) {
        store<f32>(out + at + (<usize>i << 2), load<f32>(x + at + (<usize>i << 2)));
      }
    }
  }
}

function rotateNeighbours(x: usize, out: usize, cosine: usize, sine: usize, pairs: i32): void {
  let j = 0;
  for (; j + 4 <= pairs; j += 4) {
    const at = <usize>j << 3;
    const low = v128.load(x + at), high = v128.load(x + at, 16);
    const a = i32x4.shuffle(low, high, 0, 2, 4, 6), b = i32x4.shuffle(low, high, 1, 3, 5, 7);
    const c = v128.load(cosine + (<usize>j << 2)), s = v128.load(sine + (<usize>j << 2));
    const turned = f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s));
    const other = f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s));
    v128.store(out + at, i32x4.shuffle(turned, other, 0, 4, 1, 5));
    v128.store(out + at, i32x4.shuffle(turned, other, 2, 6, 3, 7), 16);
  }
  for (; j < pairs; j++) {
    const at = <usize>j << 3;
    const a = load<f32>(x + at), b = load<f32>(x + at, 4);
    const c = load<f32>(cosine + (<usize>j << 2)), s = load<f32>(sine + (<usize>j << 2));
    store<f32>(out + at, a * c - b * s);
    store<f32>(out + at, b * c + a * s, 4);
  }
}

function rotateHalves(x: usize, out: usize, cosine: usize, sine: usize, pairs: i32): void {
  const half = <usize>pairs << 2;
  let j = 0;
  for (; j + 4 <= pairs; j += 4) {
    const at = <usize>j << 2;
    const a = v128.load(x + at), b = v128.load(x + half + at);
    const c = v128.load(cosine + at), s = v128.load(sine + at);
    v128.store(out + at, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)));
    v128.store(out + half + at, f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s)));
  }
  for (; j < pairs; j++) {
    const at = <usize>j << 2;
    const a = load<f32>(x + at), b = load<f32>(x + half + at);
    const c = load<f32>(cosine + at), s = load<f32>(sine + at);
    store<f32>(out + at, a * c - b * s);
    store<f32>(out + half + at, b * c + a * s);
  }
}

/** a + b of `count` numbers. */
export function add(a: usize, b: usize, out: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2;
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(out + at, load<f32>(a + at) + load<f32>(b + at));
  }
}

/** a ⊙ b of `count` numbers. */
export function multiplyElements(a: usize, b: usize, out: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2;
    v128.store(out + at, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(out + at, load<f32>(a + at) * load<f32>(b + at));
  }
}

/** The activation functions by number: 0 SiLU, 1 GELU, 2 the tanh approximation of GELU. */
@inline
function activated(v: v128, kind: i32): v128 {
  return kind === 0 ? silu(v) : kind === 1 ? geluErf(v) : geluTanh(v);
}

/** Applies an activation function to `count` numbers; see `activated`. */
export function activateValues(x: usize, out: usize, count: i32, kind: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2;
    v128.store(out + at, activated(v128.load(x + at), kind));
  }
  for (; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(out + at, f32x4.extract_lane(activated(v128.load32_splat(x + at), kind), 0));
  }
}
