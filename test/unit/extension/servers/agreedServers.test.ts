import { expect, it } from 'vitest';
import { AgreedServers } from '../../../../src/extension/servers/agreed';
import { Memento } from '../../support/layersBackend';

it('the servers that a workspace may send text to are remembered, and nothing else is read from the store', async () => {
  const store = new Memento();
  await new AgreedServers(store).add('http://localhost:8080');
  await new AgreedServers(store).add('http://localhost:8080');
  const agreed = new AgreedServers(store);
  expect([agreed.has('http://localhost:8080'), agreed.has('http://localhost:9090')]).toEqual([true, false]);
  await store.update('agreed servers', [7]);
  expect(agreed.has('http://localhost:8080')).toBe(false);
});
