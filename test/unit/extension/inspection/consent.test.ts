import { describe, expect, it } from 'vitest';
import type { LoadRequest } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import { address, serverInfo, settled, setUp, subject } from '../../support/controller';

const notSent = (server = 'localhost:8080') => ({ kind: 'not-sent', server });
const other = 'http://localhost:9090';

/** A controller, and a choice of the server at an address; null: of the first model of this machine again. */
function withServers() {
  const set = setUp();
  const { fake, settings } = set;
  const choose = (at: string | null) => {
    fake.model = at === null ? {} : { name: 'served', trunk: null, server: { ...serverInfo, address: at } };
    if (at === null) delete settings.server;
    else settings.server = { address: at };
    settings.path = at ?? '/models/first.gguf';
  };
  /** The calls with a text while the model of a server was loaded, or being loaded. */
  const sent = () => {
    let isServed = false;
    return fake.calls.flatMap(({ method, asked }) => {
      if (method === 'load') isServed = (asked as LoadRequest).server !== undefined;
      return isServed && /"text":/.test(JSON.stringify(asked)) ? [method] : [];
    });
  };
  return { ...set, choose, sent };
}

describe('a text goes to a server', () => {
  it('never because its model is loaded while the page still shows the model before', async () => {
    const { controller, agreed, choose, sent } = withServers();
    await controller.inspect(subject('abc'));
    await controller.intend({ type: 'inView', parts: { vector: true } });
    controller.unloaded();
    choose(address);
    agreed.add(address);
    await controller.intend({ type: 'makeVector', expression: 'h' });
    await settled();
    expect([controller.state.model?.name, controller.state.status, sent()]).toEqual(['served', notSent(), []]);
  });

  it.each(['here', 'on another server'])(
    'only if the settings named it when the user acted, and not a model %s',
    async (where) => {
      const { controller, agreed, choose, looking, sent } = withServers();
      agreed.add(address).add(other);
      if (where !== 'here') choose(other);
      const { describe: look } = looking;
      looking.describe = async () => {
        choose(address);
        return look();
      };
      await controller.inspect(subject('abc'));
      await settled();
      expect([controller.state.status, sent()]).toEqual([notSent(), []]);
    },
  );

  it('only if the settings named it when tokens were to be written, not when they stand in the document', async () => {
    const { controller, agreed, choose, documents, sent } = withServers();
    documents.set('file:///a.md', subject('abc'));
    agreed.add(address);
    await controller.inspect(subject('abc'));
    await controller.intend({ type: 'continueWith', id: controller.state.prediction?.top[0]?.token.id ?? NaN });
    expect(controller.state.text?.total).toBeGreaterThan(3);
    const inserted = controller.intend({ type: 'insertAppended' });
    choose(address);
    await inserted;
    expect([controller.state.status, sent()]).toEqual([notSent(), []]);
  });

  it('by the button that names it, although work hides its sentence meanwhile', async () => {
    const { controller, fake, agreed, choose, documents, sent } = withServers();
    documents.set('file:///a.md', subject('abc'));
    choose(address);
    await controller.inspect(subject('abc'));
    expect(controller.state.status).toEqual(notSent());
    const { open, done: loaded } = await fake.held('load', () => controller.ready());
    // A command: the user may not have seen which server would get the text.
    const refreshed = controller.intend({ type: 'refresh' });
    open();
    await Promise.allSettled([loaded, refreshed]);
    expect([controller.state.status, sent(), [...agreed]]).toEqual([notSent(), [], []]);
    await controller.intend({ type: 'refresh', server: 'localhost:8080' });
    expect([controller.state.status.kind, fake.count('run'), [...agreed]]).toEqual(['ready', 1, [address]]);
  });

  it('by no button that names another, also where the user has agreed to it before', async () => {
    const { controller, agreed, choose, documents, sent } = withServers();
    documents.set('file:///a.md', subject('abc'));
    choose(address);
    await controller.inspect(subject('abc'));
    choose(other);
    agreed.add(other);
    await controller.intend({ type: 'refresh', server: 'localhost:8080' });
    expect([controller.state.status, sent(), [...agreed]]).toEqual([notSent('localhost:9090'), [], [other]]);
  });

  it('by no other try at what failed, if it was edited since', async () => {
    const { controller, fake, agreed, choose, documents, sent } = withServers();
    documents.set('file:///a.md', subject('abc'));
    choose(address);
    agreed.add(address);
    fake.failures.set('load', new EngineError('server-failed', 'The server is gone.'));
    await controller.inspect(subject('abc'));
    fake.failures.clear();
    documents.set('file:///a.md', subject('axc'));
    controller.documents.edited('file:///a.md', [{ start: 11, end: 12, length: 1 }], () => 'axc');
    // What the button “Try again” asks for.
    await controller.intend({ type: 'download' });
    await settled();
    expect([controller.state.status, sent()]).toEqual([notSent(), []]);
    await controller.intend({ type: 'refresh', server: 'localhost:8080' });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, source: { excerpt: 'axc' } });
  });
});
