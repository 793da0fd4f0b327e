import { expect, it } from 'vitest';
import { ModelLoader } from '../../../../src/extension/inspection/modelInUse';
import type { LoadRequest } from '../../../../src/shared/engine';
import { engineFrom } from '../../../../src/shared/engine';

/** An engine whose loads never end by themselves, whatever their signal says. */
function setUp() {
  const asked: { readonly path: string; readonly end: () => void }[] = [];
  const engine = engineFrom(
    (_, request) =>
      new Promise<never>((resolve) => asked.push({ path: (request as LoadRequest).path, end: resolve as () => void })),
  );
  const loader = new ModelLoader(engine, () => {});
  return { asked, loader };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('the load of another model does not wait for one that hangs', async () => {
  const { asked, loader } = setUp();
  void loader.load({ path: 'a' });
  await turn();
  void loader.load({ path: 'b' });
  await turn();
  expect(asked.map(({ path }) => path)).toEqual(['a', 'b']);
});

it('the load of the same model waits until the one that was cancelled has let go', async () => {
  const { asked, loader } = setUp();
  void loader.load({ path: 'a' });
  await turn();
  loader.cancel();
  void loader.load({ path: 'a' });
  await turn();
  expect(asked).toHaveLength(1);
  asked[0]?.end();
  await turn();
  expect(asked).toHaveLength(2);
});

it('a load that is cancelled while it waits for the one before is never asked for', async () => {
  const { asked, loader } = setUp();
  void loader.load({ path: 'a' });
  await turn();
  loader.cancel();
  const second = loader.load({ path: 'a' });
  loader.cancel();
  asked[0]?.end();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked).toHaveLength(1);
});
