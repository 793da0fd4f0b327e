import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { Deadline } from '../../../src/extension/hover/answerCache';
import { TokenHovers } from '../../../src/extension/hover/tokenHovers';
import { EngineError } from '../../../src/shared/errors';
import { address, serverInfo, setUp, setUpServed, subject } from '../support/controller';
import type { FakeEngine } from '../support/fakeEngine';

vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  Range: class {
    constructor(
      readonly start: unknown,
      readonly end: unknown,
    ) {}
  },
}));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Calls that send a text to the server of the model. */
const sent = (fake: FakeEngine): number =>
  (['tokenise', 'run', 'inspect', 'contrasts', 'lens', 'journey', 'attention'] as const)
    .map((method) => fake.count(method))
    .reduce((a, b) => a + b);
/** Everything that was begun has ended. */
const settled = () => vi.advanceTimersByTimeAsync(1000);

const notSent = { kind: 'not-sent', server: 'localhost:8080' };
/** The button beside the sentence that says so. */
const send = { type: 'refresh', server: 'localhost:8080' } as const;

describe('the text of a model on a server', () => {
  it('is sent for an inspection that the user asked for', async () => {
    const { controller, fake } = setUpServed();
    await controller.inspect(subject('abc'));
    await settled();
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, text: { total: 3 }, run: { length: 3 } });
    expect([fake.count('tokenise'), fake.count('run')]).toEqual([1, 1]);
  });

  it('is not sent to a server that another window has chosen before the user agrees once', async () => {
    const { controller, fake, agreed, documents } = setUpServed();
    agreed.clear();
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    await settled();
    await controller.intend({ type: 'setOptions', options: { context: true } });
    await settled();
    expect([controller.state.status, sent(fake), [...agreed]]).toEqual([notSent, 0, []]);
    await controller.intend(send);
    await settled();
    expect([controller.state.status.kind, fake.count('run'), [...agreed]]).toEqual(['ready', 1, [address]]);
    await controller.inspect(subject('other'));
    await settled();
    expect([controller.state.status.kind, fake.count('run')]).toEqual(['ready', 2]);
  });

  it('is not sent by another try at what failed beside it after a reload', async () => {
    const { controller, fake, documents } = setUpServed();
    documents.set('file:///a.md', subject('abc'));
    const { context, plain, chat, centred, space, colouring } = controller.state.options;
    const options = { context, plain, chat, centred, space, colouring };
    await controller.resume(subject('abc'), { options, position: 1, tokenId: null });
    fake.failures.set('load', new EngineError('key-refused', 'The server refuses the key.'));
    await controller.intend({ type: 'chooseToken', id: 7 });
    await settled();
    expect(controller.state.status.kind).toBe('failed');
    fake.failures.clear();
    await controller.intend({ type: 'download' });
    await settled();
    expect([controller.state.status, controller.state.token?.token.id, sent(fake)]).toEqual([notSent, 7, 0]);
    await controller.intend({ type: 'refresh' });
    await settled();
    expect([controller.state.status.kind, fake.count('run')]).toEqual(['ready', 1]);
  });

  it('still waits for the one button that sends it after the document was edited', async () => {
    const { controller, fake, documents, agreed } = setUpServed();
    agreed.clear();
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    controller.documents.edited('file:///a.md', [{ start: 0, end: 0, length: 1 }], () => 'abc');
    // What the button “Try again” of another failure asks for.
    await controller.intend({ type: 'download' });
    await settled();
    expect([controller.state.status, sent(fake), [...agreed]]).toEqual([notSent, 0, []]);
    agreed.add(address);
    await controller.intend({ type: 'setOptions', options: { plain: true } });
    await settled();
    expect([controller.state.status, sent(fake)]).toEqual([notSent, 0]);
    await controller.intend({ type: 'refresh' });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
  });

  it.each(['by the user', 'by a reload'])(
    'that is inspected %s is not sent to a server that is chosen while the file is looked at',
    async (cause) => {
      const { controller, fake, settings, agreed, looking } = setUp();
      if (cause === 'by a reload') agreed.add(address);
      const begun = new Promise<void>((resolve) => {
        looking.describe = async () => {
          Object.assign(settings, { path: address, server: { address } });
          fake.model = { name: 'SmolLM2-135M', trunk: null, server: serverInfo };
          resolve();
          return { name: 'first', bytes: 98 };
        };
      });
      const { options } = controller.state;
      await controller.inspect(
        subject('abc'),
        cause === 'by a reload' ? { options, position: null, tokenId: null } : undefined,
      );
      await begun;
      await settled();
      expect([controller.state.status, sent(fake)]).toEqual([notSent, 0]);
    },
  );

  it('waits on when the engine gives its memory back', async () => {
    const { controller, fake, settings } = setUp();
    await controller.inspect(subject('abc'));
    fake.model = { name: 'SmolLM2-135M', trunk: null, server: serverInfo };
    Object.assign(settings, { path: address, server: { address } });
    const before = sent(fake);
    await controller.modelChanged();
    controller.unloaded();
    expect([controller.state.status, sent(fake)]).toEqual([notSent, before]);
  });

  it('is not sent by an experiment before an inspection has sent it', async () => {
    const { controller, fake, settings, documents } = setUp();
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    await settled();
    fake.model = { name: 'SmolLM2-135M', trunk: null, server: serverInfo };
    Object.assign(settings, { path: address, server: { address } });
    await controller.ready();
    const ask = { name: 'softmax-shift', options: { size: 1, seed: 1 } } as const;
    await controller.intend({ type: 'lab', ask });
    await settled();
    expect([fake.count('lab'), controller.state.lab['softmax-shift']?.ended]).toEqual([
      0,
      { kind: 'failed', message: 'The text was not sent to localhost:8080. Inspect it again first.' },
    ]);
    await controller.inspect(subject('abc'));
    await settled();
    expect(controller.state.status).toEqual(notSent);
    await controller.intend(send);
    await controller.intend({ type: 'lab', ask });
    expect(fake.count('lab')).toBe(1);
  });

  it('is not sent by a yes to another server than the one that was named', async () => {
    const { controller, fake, agreed, documents, settings } = setUpServed();
    agreed.clear();
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    await settled();
    settings.server = { address: 'http://localhost:9090' };
    await controller.intend(send);
    await settled();
    expect([controller.state.status, sent(fake), [...agreed]]).toEqual([
      { kind: 'not-sent', server: 'localhost:9090' },
      0,
      [],
    ]);
  });

  it('is not sent when the cursor moves, a token is chosen, or the document is edited', async () => {
    const { controller, fake } = setUpServed();
    await controller.inspect(subject('abc'));
    await settled();
    const before = sent(fake);
    await controller.follow(0);
    await controller.intend({ type: 'choosePosition', position: 1 });
    await controller.intend({ type: 'chooseToken', id: 99 });
    controller.documents.edited('file:///a.md', [{ start: 10, end: 11, length: 1 }], () => 'xbc');
    controller.documents.seen('file:///a.md', () => 'xbc');
    await settled();
    expect(controller.state).toMatchObject({ outOfDate: true, token: { token: { id: 99 } } });
    expect(sent(fake)).toBe(before);
  });

  it('is not sent after a reload of the window, which does not even connect, until the user inspects again', async () => {
    const { controller, fake, documents } = setUpServed();
    documents.set('file:///a.md', subject('abc'));
    const { context, plain, chat, centred, space, colouring } = controller.state.options;
    await controller.resume(subject('abc'), {
      options: { context, plain, chat, centred, space, colouring },
      position: 1,
      tokenId: null,
    });
    await settled();
    expect(controller.state).toMatchObject({ status: notSent, source: { excerpt: 'abc' }, text: null });
    expect(fake.calls).toEqual([]);
    await controller.intend({ type: 'refresh' });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 }, position: 1 });
  });

  it('is not sent when its server is chosen while it is shown: the model is loaded alone', async () => {
    const { controller, fake, settings, documents } = setUp();
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    await settled();
    const before = sent(fake);
    fake.model = { name: 'SmolLM2-135M', trunk: null, server: serverInfo };
    Object.assign(settings, { path: address, server: { address } });
    await controller.ready();
    await settled();
    expect(controller.state).toMatchObject({
      status: notSent,
      model: { name: 'SmolLM2-135M' },
      source: { excerpt: 'abc' },
      text: null,
      run: null,
    });
    expect([fake.count('load'), sent(fake)]).toEqual([2, before]);
    await controller.intend(send);
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
    // The inspection by the model before is as it was left.
    await controller.restore(controller.inspections.all.at(-1)?.id ?? NaN);
    expect(controller.state).toMatchObject({ model: { name: '/models/first.gguf' }, text: { total: 3 }, position: 2 });
  });

  it('is inspected here if a model of this machine is chosen after it was not sent', async () => {
    const { controller, fake, settings } = setUpServed();
    await controller.inspect(subject('abc'), { options: controller.state.options, position: null, tokenId: null });
    expect([controller.state.status, fake.calls.length]).toEqual([notSent, 0]);
    fake.model = {};
    Object.assign(settings, { path: '/models/first.gguf', server: undefined });
    await controller.ready();
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
  });

  it('is not sent by a yes to the download of the matrices, which only loads the model', async () => {
    const { controller, fake, looking, documents } = setUpServed();
    documents.set('file:///a.md', subject('abc'));
    const download = { name: 'small', bytes: 98e6, from: 'host' };
    looking.describe = async () => ({ name: 'smol', bytes: null, server: 'localhost:8080', download });
    await controller.inspect(subject('abc'));
    expect([controller.state.status, sent(fake)]).toEqual([{ kind: 'not-downloaded', ...download }, 0]);
    await controller.intend({ type: 'download' });
    await settled();
    expect([controller.state.status, controller.state.loaded, sent(fake)]).toEqual([notSent, true, 0]);
    await controller.intend({ type: 'refresh' });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
  });

  it('that waits for a download is not sent by another option to a server that is chosen then', async () => {
    const { controller, fake, settings, agreed, looking } = setUp();
    const download = { name: 'small', bytes: 98e6, from: 'host' };
    looking.describe = async () => ({ name: 'small', bytes: 98e6, download });
    await controller.inspect(subject('abc'));
    await settled();
    settings.path = address;
    settings.server = { address };
    agreed.add(address);
    await controller.intend({ type: 'setOptions', options: { plain: true } });
    await settled();
    expect([controller.state.status, sent(fake)]).toEqual([notSent, 0]);
  });

  it('that waits for a download keeps waiting if a server that is chosen then cannot be reached', async () => {
    const { controller, fake, looking, settings } = setUp();
    const download = { name: 'small', bytes: 98e6, from: 'host' };
    looking.describe = async () => ({ name: 'small', bytes: 98e6, download });
    await controller.inspect(subject('abc'));
    looking.describe = async () => ({ name: 'smol', bytes: null, server: 'localhost:8080' });
    fake.failures.set('load', new EngineError('server-failed', 'No server answers.'));
    Object.assign(settings, { path: address, server: { address } });
    await expect(controller.ready()).rejects.toThrow('No server answers.');
    expect([controller.state.status, sent(fake)]).toEqual([{ kind: 'not-downloaded', ...download }, 0]);
  });

  it('is not sent because a setting changed, but because an option was chosen in the panel', async () => {
    const { controller, fake } = setUpServed();
    await controller.inspect(subject('abc'));
    await settled();
    const before = sent(fake);
    await controller.configure({ context: true });
    await controller.modelChanged();
    await settled();
    expect(controller.state).toMatchObject({ status: notSent, text: { total: 3 } });
    expect(sent(fake)).toBe(before);
    // One that waits goes only by the button that says so.
    await controller.intend({ type: 'setOptions', options: { plain: true } });
    expect([controller.state.status, sent(fake)]).toEqual([notSent, before]);
    await controller.inspect(subject('abc'));
    expect(controller.state.status).toEqual({ kind: 'ready' });
    await controller.intend({ type: 'setOptions', options: { plain: false } });
    expect(controller.state.status).toEqual({ kind: 'ready' });
    expect(fake.last('run')?.request).toMatchObject({ plain: false, context: 'before ' });
  });

  it('is not sent again after the model was unloaded, nor for an inspection that comes back', async () => {
    const { controller, fake } = setUpServed();
    fake.failures.set('contrasts', new EngineError('cancelled', 'Not now.'));
    const open = fake.close('contrasts');
    await controller.inspect(subject('abc'));
    controller.unloaded();
    open();
    fake.failures.clear();
    await settled();
    const before = sent(fake);
    await controller.intend({ type: 'chooseToken', id: 99 });
    await settled();
    expect(controller.state).toMatchObject({ loaded: true, token: { token: { id: 99 } } });
    expect(sent(fake)).toBe(before);
    await controller.restore(controller.inspections.all[0]?.id ?? NaN);
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'residual', position: 1, layer: 0 } });
    await controller.intend({ type: 'inView', parts: { scope: true } });
    await settled();
    expect([sent(fake), fake.count('scope')]).toEqual([before, 0]);
  });

  it('keeps its tokens when the server goes away in the middle of a run, and another try inspects again', async () => {
    const { controller, fake, documents, failures } = setUpServed();
    documents.set('file:///a.md', subject('abc'));
    fake.failures.set('run', new EngineError('server-failed', 'The server is gone.'));
    await controller.inspect(subject('abc'));
    expect(failures).toHaveLength(1);
    expect(controller.state).toMatchObject({
      status: { kind: 'failed', message: 'The server is gone.' },
      text: { total: 3 },
      token: { token: { text: 'c' } },
      run: null,
    });
    fake.failures.clear();
    // What the button “Try again” asks for.
    await controller.intend({ type: 'download' });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
  });

  it('of a server that only knows tokens has no run', async () => {
    const { controller, fake } = setUpServed();
    fake.model = { ...fake.model, server: { ...serverInfo, gives: 'tokens' } };
    await controller.inspect(subject('abc'));
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, text: { total: 3 }, run: null });
    expect(fake.count('run')).toBe(0);
  });
});

describe('a hover with a model on a server', () => {
  const line = 'def ghi';
  const fakeDocument: unknown = {
    uri: { toString: () => 'file:///b.md' },
    version: 1,
    isClosed: false,
    lineAt: () => ({
      text: line,
      range: { start: 0, end: line.length },
      rangeIncludingLineBreak: { end: line.length },
    }),
    offsetAt: (offset: number) => offset,
    positionAt: (offset: number) => offset,
    validatePosition: (position: unknown) => position,
    getWordRangeAtPosition: () => undefined,
    getText: () => line,
  };
  const document = fakeDocument as vscode.TextDocument;
  const position = { character: 1 } as vscode.Position;
  const never = { onCancellationRequested: () => ({ dispose: () => undefined }) };

  async function hovers(set: ReturnType<typeof setUp>) {
    await set.controller.inspect(subject('abc'));
    await settled();
    const shown = {
      get state() {
        return set.controller.state;
      },
      document: null,
      onDidChange: () => ({ dispose: () => undefined }),
    };
    const made = new TokenHovers(shown, set.engine, () => false);
    made.look({ document, position });
    const at = async () => {
      const deadline = new Deadline(35, never);
      try {
        return await made.at(document, position, deadline, true);
      } finally {
        deadline.dispose();
      }
    };
    return { made, at };
  }

  it('outside of the inspected text cuts no line, and nothing is fetched beforehand', async () => {
    const set = setUpServed();
    const { made, at } = await hovers(set);
    const before = set.fake.calls.length;
    expect([await at(), await made.fetchNext(true)]).toEqual([null, 'none']);
    expect(set.fake.calls).toHaveLength(before);
  });

  it('cuts no line that was wanted while the model before was there', async () => {
    const set = setUp();
    const { made } = await hovers(set);
    const before = set.fake.count('tokenise');
    // The first fetch cuts the line.
    expect(await made.fetchNext(true)).toBe('one');
    expect(set.fake.count('tokenise')).toBe(before + 1);
    expect(set.fake.last('tokenise')?.request).toEqual({ text: line });
    // The engine has the model of a server by now, and the state does not show it yet.
    await set.engine.load({ path: address, server: { address } });
    made.look({ document: { ...document, lineAt: () => ({ ...document.lineAt(0), text: 'other' }) }, position });
    await made.fetchNext(true);
    expect(set.fake.count('tokenise')).toBe(before + 1);
  });
});
