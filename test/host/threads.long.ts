import assert from 'node:assert/strict';
import { closeDocuments, configure, inspect, settled, until } from './inspecting';

const text = 'The capital of France is';

describe('a setting', () => {
  afterEach(async () => {
    await configure('threads', undefined);
    await closeDocuments();
  });

  it('of the threads holds at once for what is shown, for which the engine starts anew', async () => {
    await inspect(text);
    await configure('threads', 1);
    const { run } = await until(
      (state) => state.model?.threads === 1 && settled(state),
      'the model runs on one thread',
    );
    assert.equal(run?.length, 5);
    await configure('threads', undefined);
    await until((state) => state.model?.threads !== 1 && settled(state), 'the model runs on the number of before');
  });
});
