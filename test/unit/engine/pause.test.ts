import { expect, it } from 'vitest';
import { pause } from '../../../src/engine/tasks/pause';

it('ends a task that was cancelled while it let messages in, and no other', async () => {
  const cancelling = new AbortController();
  const paused = pause(cancelling.signal);
  cancelling.abort();
  await expect(paused).rejects.toMatchObject({ code: 'cancelled' });
  await expect(pause(new AbortController().signal)).resolves.toBeUndefined();
});
