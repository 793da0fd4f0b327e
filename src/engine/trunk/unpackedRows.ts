import { panelRows } from '../kernels/kernels';
import { allocateParts } from '../kernels/layout';
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
    const { rows, rooms, out } = allocateParts(
      {
        rows: count * panelRows * rowBytes,
        rooms: team.threads * panelRoom,
        out: count * columns * panelRows * floatBytes,
      },
      (all) => scratch.of(all),
    );
    memory.raw(rows, count * panelRows * rowBytes).fill(0);
    memory.raw(rows, bytes.length).set(bytes);
    await team.run(memory, () => ({
      kind: 'unpack',
      matrix: { at: rows, type: ggufId, rowBytes, columns: (rowBytes / blockBytes) * length },
      groups: count,
      columns,
      out,
      room: { at: rooms, bytes: panelRoom },
    }));
    return memory.floats(out, count * columns * panelRows).slice();
  });
}
