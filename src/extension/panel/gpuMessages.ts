import * as v from 'valibot';
import { longestGpuMessage, type GpuUp } from '../../shared/gpu';
import type { GpuFromPanel } from '../../shared/panel';

/** The engine checks the messages of the GPU's worker itself. */
const opaque = v.custom<object>(
  (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
  'Expected an object.',
);
const session = v.pipe(v.string(), v.maxLength(64));
const fromGpu = v.strictObject({
  type: v.literal('gpu'),
  message: v.variant('kind', [
    v.strictObject({ session, kind: v.literal('data'), data: opaque }),
    v.strictObject({
      session,
      kind: v.literal('ended'),
      why: v.picklist(['no-adapter', 'failed']),
      message: v.exactOptional(v.pipe(v.string(), v.maxLength(longestGpuMessage))),
    }),
  ]),
}) satisfies v.GenericSchema<unknown, GpuFromPanel>;

/** The message of the GPU's worker in the page, or null if it is another message or has another form. */
export function parseGpu(message: unknown): GpuUp | null {
  const { success, output } = v.safeParse(fromGpu, message);
  return success ? output.message : null;
}
