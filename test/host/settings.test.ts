import assert from 'node:assert/strict';
import { activated, closeDocuments, configure, inspect, settled, until } from './inspecting';

const text = 'The capital of France is';

/** Sets settings for the time of a test. */
async function withSettings(settings: Readonly<Record<string, unknown>>, test: () => Promise<void>): Promise<void> {
  const names = Object.keys(settings);
  try {
    for (const name of names) await configure(name, settings[name]);
    await test();
  } finally {
    for (const name of names) await configure(name, undefined);
  }
}

describe('a setting', () => {
  afterEach(closeDocuments);

  it('holds at once for what is shown: lists, limit, context, colour', async () => {
    await inspect(text);
    const { panelState } = await activated();
    await withSettings(
      { neighbours: 4, predictions: 3, centred: true, colourBy: 'surprisal', metric: 'dot' },
      async () => {
        const { neighbours, options } = await until(
          (state) =>
            state.neighbours?.centred === true &&
            state.neighbours.lists.dot.length === 4 &&
            state.prediction?.top.length === 3,
          'the lists are as the settings say',
        );
        assert.equal(neighbours?.lists.cosine.length, 4);
        assert.deepEqual([options.colouring, options.metric], ['surprisal', 'dot']);
      },
    );
    await until(
      ({ neighbours, prediction }) => neighbours?.centred === false && prediction?.top.length === 20,
      'the lists are as before',
    );
    await withSettings({ tokenLimit: 2 }, async () => {
      await until((state) => state.text?.leftOut === 3 && state.run?.length === 2, 'two tokens get predictions');
    });
    await until((state) => state.run?.length === 5 && settled(state), 'all tokens get predictions');
    assert.equal(panelState().options.colouring, 'size');
  });
});
