import { beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/shared/errors';
import type { Download } from '../../../src/shared/panel';
import { setUp, subject } from '../support/controller';

const download: Download = { name: 'first', bytes: 98_362_432, from: 'host:8080' };
const missing = { kind: 'not-downloaded', ...download };

/** A controller in a browser that does not hold the model yet. A load stores the model. */
function setUpEmpty() {
  const parts = setUp();
  const { fake, looking } = parts;
  const storage = { isEmpty: true };
  looking.describe = async () => ({ name: 'first', bytes: download.bytes, ...(storage.isEmpty && { download }) });
  const inBrowser = { ...parts, storage, stored: () => void (storage.isEmpty = false) };
  return { ...inBrowser, loads: () => fake.count('load') };
}

let set: ReturnType<typeof setUpEmpty>;
beforeEach(() => void (set = setUpEmpty()));

describe('a model that is not in the browser', () => {
  it('is asked for once by an inspection, which loads nothing and says what is missing', async () => {
    const { controller, asked, loads, failures } = set;
    await controller.inspect(subject('abc'));
    expect([asked, loads(), failures]).toEqual([[download], 0, []]);
    expect(controller.state).toMatchObject({ status: missing, source: { excerpt: 'abc' }, text: null });
  });

  it('is asked for again by the next inspection of the same text', async () => {
    const { controller, asked, loads } = set;
    await controller.inspect(subject('abc'));
    await controller.inspect(subject('abc'));
    expect([asked.length, loads()]).toEqual([2, 0]);
  });

  it('is downloaded after a yes, and the inspection goes on', async () => {
    const { controller, documents, loads, asked } = set;
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    await controller.intend({ type: 'download' });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
    expect([loads(), asked.length]).toEqual([1, 1]);
  });

  it('is neither asked for nor downloaded by a panel that is restored, which keeps its place for the yes', async () => {
    const { controller, documents, asked, loads } = set;
    const text = subject('abcdef');
    documents.set(text.uri, text);
    const { options } = controller.state;
    await controller.resume(text, { options, position: 2, tokenId: null });
    expect([asked, loads()]).toEqual([[], 0]);
    expect(controller.state.status).toEqual(missing);
    await controller.intend({ type: 'download' });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, position: 2, token: { token: { text: 'c' } } });
    expect(asked).toEqual([]);
  });

  it('is asked for once by a search in the panel, whose later letters find the button there', async () => {
    const { controller, asked, loads } = set;
    await controller.intend({ type: 'find', query: 'a' });
    await controller.intend({ type: 'find', query: 'ab' });
    expect([asked, loads(), controller.state.status]).toEqual([[download], 0, missing]);
    await controller.intend({ type: 'download' });
    expect([loads(), controller.state.status]).toEqual([1, { kind: 'empty' }]);
  });

  it('is asked for each time by the command that loads it', async () => {
    const { controller, asked } = set;
    for (const _ of [1, 2]) await expect(controller.ready()).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked).toEqual([download, download]);
  });

  it('stops an experiment, which can be started again', async () => {
    const { controller } = set;
    await controller.intend({ type: 'lab', ask: { name: 'extremes', options: {} } });
    expect([controller.state.lab, controller.state.status]).toMatchObject([
      { extremes: { running: null, ended: null } },
      missing,
    ]);
  });

  it('leaves the numbers of an unloaded model, and they are made anew after a yes', async () => {
    const { controller, documents, storage, loads, stored } = set;
    documents.set('file:///a.md', subject('abc'));
    stored();
    await controller.inspect(subject('abc'));
    storage.isEmpty = true;
    controller.unloaded();
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(controller.state).toMatchObject({ status: missing, text: { total: 3 }, run: { length: 3 } });
    await controller.intend({ type: 'download' });
    expect([loads(), controller.state.status]).toEqual([2, { kind: 'ready' }]);
  });

  it('is taken from the storage without a question once another window has put it there', async () => {
    const { controller, asked, stored } = set;
    await controller.inspect(subject('abc'));
    stored();
    await controller.intend({ type: 'find', query: 'a' });
    expect([asked.length, controller.state.status, controller.state.run?.length]).toEqual([1, { kind: 'ready' }, 3]);
  });
});

describe('a yes', () => {
  it('holds for another try after a failure', async () => {
    const { controller, documents, fake, asked } = set;
    documents.set('file:///a.md', subject('abc'));
    fake.failures.set('load', new EngineError('fetch-failed', 'The line broke.'));
    await controller.inspect(subject('abc'));
    await controller.intend({ type: 'download' });
    expect(controller.state.status).toMatchObject({ kind: 'failed' });
    fake.failures.clear();
    await controller.inspect(subject('abc'));
    expect([asked.length, controller.state.status]).toEqual([1, { kind: 'ready' }]);
  });

  it('ends with the download that is cancelled, or that has brought the model', async () => {
    const { controller, documents, fake, asked } = set;
    documents.set('file:///a.md', subject('abc'));
    const open = fake.close('load');
    const loading = fake.called('load');
    await controller.inspect(subject('abc'));
    const downloading = controller.intend({ type: 'download' });
    await loading;
    await controller.intend({ type: 'cancel' });
    open();
    await downloading;
    await controller.inspect(subject('abc'));
    expect([asked.length, controller.state.status]).toEqual([2, missing]);
    await controller.intend({ type: 'download' });
    expect(controller.state.status).toEqual({ kind: 'ready' });
    // The browser keeps nothing.
    controller.unloaded();
    await controller.inspect(subject('xyz'));
    expect([asked.length, controller.state.status]).toEqual([3, missing]);
  });

  it('lets all who need the model wait for one download', async () => {
    const { controller, documents, fake, asked } = set;
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    const { open, done: downloading } = await fake.held('load', () => controller.intend({ type: 'download' }));
    const other = controller.inspect(subject('other'));
    open();
    await Promise.all([downloading, other]);
    expect([fake.count('load'), asked.length, controller.state.run?.length]).toEqual([1, 1, 5]);
  });
});

it('loads the model again without a text, and says nothing of a failure before', async () => {
  const { controller, fake, stored } = set;
  stored();
  fake.failures.set('load', new EngineError('fetch-failed', 'The line broke.'));
  await controller.intend({ type: 'load' });
  expect(controller.state.status).toMatchObject({ kind: 'failed' });
  fake.failures.clear();
  await controller.intend({ type: 'download' });
  expect(controller.state.status).toEqual({ kind: 'empty' });
});
