import type { ByteSource } from '../../platform/byteSource';
import { missingField, unreadField } from '../damaged';
import { behindScales } from '../matrixScales';
import type { ReadRange } from '../tensorReader';
import { dequantised } from '../types/types';
import { wrongShape } from '../weights';
import type { Config } from './config';
import { asStored, readable, type ShardTensor } from './shards';

/**
 * The tensors of a folder, whose `F8_E4M3` matrices get the scale of its block before every 64 numbers. The scales are
 * `rows / block × columns / block`, rounded up. Matrices in MXFP4 are packed as in a GGUF file. Throws an `EngineError`
 * if the config asks for another quantisation, or if scales are missing or have another shape.
 */
export function withScales(
  { quantization_config: quantised }: Config,
  stored: ReadonlyMap<string, ShardTensor>,
): ReadonlyMap<string, ShardTensor> {
  if (!quantised) {
    const packed = [...stored].find(([name, { type }]) => type === 'F8_E4M3' || /_(blocks|scale_inv)$/.test(name));
    if (packed) throw missingField(`config.json: quantization_config (${packed[0]})`, 'object');
    return stored;
  }
  const { quant_method: method = null, weight_block_size: block, scale_fmt: format } = quantised;
  const field = 'config.json: quantization_config.';
  if (method === 'mxfp4') return withBlocks(stored);
  if (method !== 'fp8') throw unreadField(`${field}quant_method`, method, ['fp8', 'mxfp4', ...readable].join(', '));
  if (format && format !== 'float') throw unreadField(`${field}scale_fmt`, format, 'float');
  if (block && block[1] % together !== 0)
    throw unreadField(`${field}weight_block_size`, block.join(' × '), `n × ${together}m`);
  const tensors = new Map<string, ShardTensor>();
  for (const [name, tensor] of stored) {
    if (/_scale_inv$|[._]activation_scale$/.test(name)) continue;
    const found = stored.get(`${name}_scale_inv`);
    if (tensor.type !== 'F8_E4M3') tensors.set(name, tensor);
    else if (found) tensors.set(name, scaled(tensor, found, block));
    else throw missingField(`${name}_scale_inv`, 'tensor');
  }
  return tensors;
}

/** Without a block size, one scale is for a matrix. Experts are matrices of one tensor. */
function scaled(tensor: ShardTensor, found: ShardTensor, block: readonly number[] | null | undefined): ShardTensor {
  const matrices = tensor.shape.slice(0, -2);
  const [rows = 0, columns = 0] = tensor.shape.slice(-2);
  const [tall = rows, wide = columns] = block ?? [];
  if (matrices.length > 1 || rows === 0 || columns === 0) throw wrongShape(tensor, 'n × m');
  if (columns % together !== 0)
    throw unreadField(`${tensor.name} (shape)`, tensor.shape.join(' × '), `n × ${together}m`);
  const [down, across] = [Math.ceil(rows / tall), Math.ceil(columns / wide)];
  const expected = [...matrices, down, across];
  // A single scale may be a tensor without sides.
  if (sizeOf(found.shape) !== sizeOf(expected) || (block && found.shape.join() !== expected.join()))
    throw wrongShape(found, expected.join(' × '));
  const { info, read: readScales } = asStored(found.name, { ...found, shape: [sizeOf(expected)] });
  let scales: Float32Array | undefined;
  const stored: ReadRange = (offset, length) => tensor.source.read(tensor.offset + offset, length);
  const read = behindScales(stored, together, (index, numbers) => {
    scales ??= dequantised(info.type, readScales(0, found.byteLength));
    const row = Math.floor((index * together) / columns);
    const matrix = Math.floor(row / rows);
    const place = matrix * down + Math.floor((row - matrix * rows) / tall);
    // What stands for no number is told by the scale.
    if (numbers.includes(0x7f) || numbers.includes(0xff)) return NaN;
    return scales[place * across + Math.floor((index * together - row * columns) / wide)] as number;
  });
  const source = { size: (tensor.byteLength / together) * (together + 4), read, close() {} };
  return { ...tensor, type: 'F8_E4M3_SCALED', offset: 0, byteLength: source.size, source };
}

/** Numbers behind one scale. */
const together = 64;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

function withBlocks(stored: ReadonlyMap<string, ShardTensor>): ReadonlyMap<string, ShardTensor> {
  const tensors = new Map<string, ShardTensor>();
  for (const [name, tensor] of stored) {
    const stem = name.replace(/_(blocks|scales)$/, '');
    if (name === stem) tensors.set(name, tensor);
    if (!name.endsWith('_blocks')) continue;
    const scales = stored.get(`${stem}_scales`);
    if (!scales) throw missingField(`${stem}_scales`, 'tensor');
    tensors.set(stem, packed(stem, tensor, scales));
  }
  return tensors;
}

/**
 * Blocks of 32 numbers, `n × m × k × 16` bytes that hold two neighbours each, with scales `n × m × k`, as GGUF's
 * `n × m × 32k`: the scale, then bytes that hold two numbers 16 apart.
 */
function packed(name: string, blocks: ShardTensor, scales: ShardTensor): ShardTensor {
  const [count = 0, rows = 0, across = 0, bytes = 0, ...more] = blocks.shape;
  if (blocks.type !== 'U8' || bytes !== 16 || more.length > 0) throw wrongShape(blocks, 'U8 n × m × k × 16');
  const shape = [count, rows, across];
  if (scales.type !== 'U8' || scales.shape.join() !== shape.join()) throw wrongShape(scales, `U8 ${shape.join(' × ')}`);
  const source: ByteSource = {
    size: count * rows * across * 17,
    read(offset, length, into = new Uint8Array(length)) {
      const first = offset / 17;
      const exponents = scales.source.read(scales.offset + first, length / 17);
      const pairs = blocks.source.read(blocks.offset + 16 * first, 16 * exponents.length);
      exponents.forEach((exponent, block) => {
        into[17 * block] = exponent;
        for (let i = 0; i < 8; i++) {
          const [low, high] = [pairs[16 * block + i] as number, pairs[16 * block + 8 + i] as number];
          into[17 * block + 1 + 2 * i] = (low & 15) | ((high & 15) << 4);
          into[17 * block + 2 + 2 * i] = (low >> 4) | (high & 0xf0);
        }
      });
      return into;
    },
    close() {},
  };
  return { name, shape: [count, rows, 32 * across], type: 'MXFP4', offset: 0, byteLength: source.size, source };
}
