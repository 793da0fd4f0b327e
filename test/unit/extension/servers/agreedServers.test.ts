import { expect, it } from 'vitest';
import { agreedServers } from '../../../../src/extension/servers/keys';
import { Memento } from '../../support/layersBackend';

it('the servers that a workspace may send text to are remembered, and nothing else is read from the store', async () => {
  const store = new Memento();
  await agreedServers(store).add('http://localhost:8080');
  await agreedServers(store).add('http://localhost:8080');
  const agreed = agreedServers(store);
  expect(agreed.all).toEqual(['http://localhost:8080']);
  await store.update('agreed servers', [7]);
  expect(agreed.all).toEqual([]);
});
