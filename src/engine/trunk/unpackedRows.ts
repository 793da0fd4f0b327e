import { panelRows } from '../kernels/kernels';
import { Layout } from '../kernels/layout';
import { floatBytes, panelRoom } from '../kernels/storedRows';
import { tensorTypes } from '../weights/types/types';
import type { KernelLayers, LayerGroup } from './kernelLayers';
import type { SampleRows } from './trunk';

/** Stored rows as the kernels unpack them: groups × columns × 16 numbers. */
export function unpackedRows(
  { team, groups, alone }: KernelLayers,
  { type, bytes, rowBytes, columns }: SampleRows,
): Promise<Float32Array> {
  const { memory, scratch } = groups[0] as LayerGroup;
  const count = Math.ceil(bytes.length / rowBytes / panelRows);
  const { ggufId, bytes: blockBytes, length } = tensorTypes[type];
  return alone.do(async () => {
    const layout = new Layout();
    const [rows, rooms, out] = [
      layout.part(count * panelRows * rowBytes),
      layout.part(team.threads * panelRoom),
      layout.part(count * columns * panelRows * floatBytes),
    ];
    const at = scratch.of(layout.bytes);
    memory.raw(at + rows, count * panelRows * rowBytes).fill(0);
    memory.raw(at + rows, bytes.length).set(bytes);
    await team.run(memory, () => ({
      kind: 'unpack',
      matrix: { at: at + rows, type: ggufId, rowBytes, columns: (rowBytes / blockBytes) * length },
      groups: count,
      columns,
      out: at + out,
      room: { at: at + rooms, bytes: panelRoom },
    }));
    return memory.floats(at + out, count * columns * panelRows).slice();
  });
}
