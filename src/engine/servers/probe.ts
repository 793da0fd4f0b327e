import { ServerFault } from './faults';
import type { ServerToken } from './modelServer';

/** Our own text, which is sent to find out what a server does. */
export const probeText = 'Hello world';

/** Two ids for a probe; a tokenizer may cut the text differently than expected. */
export function probeOf(tokens: readonly ServerToken[]): readonly [number, number] {
  const [first, second] = tokens;
  return [first?.id ?? 0, second?.id ?? first?.id ?? 0];
}

/** What was asked for, or null if the server answers that it does not do this. Other faults stay faults. */
export async function refusedAsNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServerFault && error.refused) return null;
    throw error;
  }
}
