import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { callOf } from '../../../src/shared/engine';
import { connectEngine, serveEngine, type Port } from '../../../src/shared/enginePort';
import { setUp, subject } from '../support/controller';
import { familyPath, loadedFamily } from '../support/families';
import { portPair } from '../support/portPair';

/** Bytes that a click may send to the engine's process and back. */
const most = 20_000;

it('a click on a token sends a handle of the run, no text and no vector, and little comes back', async () => {
  let bytes = 0;
  const counted = (port: Port): Port => ({
    post: (message, transfer) => {
      bytes += serialize(message).byteLength;
      port.post(message, transfer);
    },
    onMessage: (listener) => port.onMessage(listener),
  });
  const [near, far] = portPair();
  const { engine } = await loadedFamily('phi3');
  serveEngine(callOf(engine), counted(far));
  const { controller, settings, failures } = setUp(connectEngine(counted(near)));
  settings.path = familyPath('phi3');
  const text = 'All work and no play makes Jack a dull boy. '.repeat(60);
  await controller.inspect(subject(text));
  expect(controller.state.run?.length).toBe(512);
  // What the run itself needs is larger, so this is about the click.
  expect(bytes).toBeGreaterThan(most);

  bytes = 0;
  await controller.intend({ type: 'choosePosition', position: 300 });
  expect(failures).toEqual([]);
  expect(controller.state.position).toBe(300);
  expect(controller.state.prediction?.top).toHaveLength(20);
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThan(most);
});
