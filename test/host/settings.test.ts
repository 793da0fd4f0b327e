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

  it('holds at once for what is shown: lists, limit, colour', async () => {
    await inspect(text);
    const { panelState } = await activated();
    await withSettings({ neighbours: 4, tokenLimit: 2, colourBy: 'surprisal' }, async () => {
      const { options } = await until(
        ({ neighbours, text: view, run }) =>
          neighbours?.lists.dot.length === 4 && view?.leftOut === 3 && run?.length === 2,
        'all is as the settings say',
      );
      assert.equal(options.colouring, 'surprisal');
    });
    await until(
      (state) => state.neighbours?.lists.dot.length === 10 && state.run?.length === 5 && settled(state),
      'all is as before',
    );
    assert.equal(panelState().options.colouring, 'size');
  });
});
