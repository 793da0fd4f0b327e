import { describe, expect, it } from 'vitest';
import { otherIn } from '../../../../src/extension/inspection/inspections';
import type { OtherModel } from '../../../../src/shared/both';
import { colouringOf, colours, passingOf, possibleColourings } from '../../../../src/shared/colouring';
import type { Control } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import { noBoth } from '../../../../src/shared/instruments';
import { verbatim } from '../../../../src/shared/said';
import { inspected, settled, setUp, subject } from '../../support/controller';
import { FakeEngine } from '../../support/fakeEngine';

const request = { path: '/models/second.gguf' };
const all = { both: true, bothRows: { matrix: 'output' }, bothNeighbours: { matrix: 'input' } } as const;
const lost = () => new EngineError('worker-lost', 'The engine stopped.');

type Parts = ReturnType<typeof setUp>;

async function compared(other: Parts['fake']['other'] = {}, inView: object = all) {
  const parts = setUp();
  parts.fake.other = other;
  await parts.controller.inspect(subject('abca'));
  await parts.controller.intend({ type: 'inView', parts: inView });
  await parts.controller.compare(request, 'second');
  await settled();
  return parts;
}

/** The second model comes when it is told to, whether or not anybody still waits for it. */
async function comparedLate() {
  const fake = new FakeEngine();
  const second: OtherModel = {
    ...{ info: await fake.engine.load({ path: request.path }), runs: 'together', refusal: null },
    sameVocabulary: true,
    sameWidth: true,
  };
  let resolve = (_: OtherModel) => {};
  const parts = setUp(fake.with({ loadOther: () => new Promise<OtherModel>((resolves) => (resolve = resolves)) }));
  await parts.controller.inspect(subject('abc'));
  return { ...parts, fake, comparing: parts.controller.compare(request, 'second'), answer: () => resolve(second) };
}

/** Another model is wanted as the first, whose load has begun for a comparison. */
async function waitsForFirst({ controller, fake, settings }: Parts, name: string) {
  settings.path = '/models/other.gguf';
  const { done: comparing } = await fake.held('load', () => controller.compare({ path: `/models/${name}.gguf` }, name));
  return { comparing };
}

const tell = (control: Control | undefined, fraction: number) => control?.onProgress?.({ stage: 'layers', fraction });

describe('a second model', () => {
  it('is loaded with progress, which is not that of the first', async () => {
    const { controller, fake, statuses } = await inspected();
    const [open, called, before] = [fake.close('loadOther'), fake.called('loadOther'), statuses().length];
    const comparing = controller.compare(request, 'second');
    await called;
    expect(controller.state.both).toEqual({
      ...noBoth,
      working: { what: 'loading', name: 'second', fraction: null },
    });
    tell(fake.last('loadOther')?.control, 0.4);
    expect(controller.state.both.working?.fraction).toBe(0.4);
    open();
    await comparing;
    expect(fake.last('loadOther')?.request).toEqual(request);
    expect(controller.state.both).toMatchObject({
      working: null,
      failure: null,
      other: { info: { name: request.path } },
    });
    expect(statuses()).toHaveLength(before);
  });

  it('begins without the progress of one that it takes the place of', async () => {
    const { controller, fake } = await inspected();
    fake.close('loadOther');
    void controller.compare(request, 'second');
    tell(fake.last('loadOther')?.control, 0.7);
    void controller.compare({ path: '/models/third.gguf' }, 'third');
    expect(controller.state.both.working).toEqual({ what: 'loading', name: 'third', fraction: null });
  });

  it('waits for the first, which is loaded for it', async () => {
    const { controller, fake } = setUp();
    await controller.compare(request, 'second');
    expect(fake.calls.map(({ method }) => method)).toEqual(['load', 'loadOther']);
    expect(controller.state).toMatchObject({ loaded: true, both: { other: { runs: 'together' }, text: null } });
  });

  it('that cannot be loaded says why, and leaves the first as it is', async () => {
    const { controller, fake, failures, failuresOfOther } = await inspected();
    fake.failures.set('loadOther', new EngineError('model-damaged', 'It is damaged.'));
    await controller.compare(request, 'second');
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      loaded: true,
      run: { length: 3 },
      both: { other: null, working: null, failure: 'It is damaged.' },
    });
    expect([failures.length, failuresOfOther.length]).toEqual([0, 1]);
  });

  it('gives way to a newer one', async () => {
    const { controller, fake } = await inspected();
    const { open, done: first } = await fake.held('loadOther', () => controller.compare(request, 'second'));
    const second = controller.compare({ path: '/models/third.gguf' }, 'third');
    open();
    await Promise.all([first, second]);
    expect(controller.state.both.other?.info.name).toBe('/models/third.gguf');
    expect(controller.state.both.working).toBeNull();
  });

  it('can be cancelled while it is loaded, by what cancels an inspection too', async () => {
    for (const type of ['cancel', 'endComparison'] as const) {
      const { controller, fake } = await inspected();
      const called = fake.called('loadOther');
      fake.close('loadOther');
      const comparing = controller.compare(request, 'second');
      await called;
      await controller.intend({ type });
      await comparing;
      expect(fake.last('loadOther')?.control?.signal?.aborted).toBe(true);
      expect([controller.state.both, fake.count('releaseOther')]).toEqual([noBoth, 1]);
    }
  });

  it('is released where its answer crosses the end of what it was loaded for', async () => {
    const { controller, settings, looking, fake, comparing, answer } = await comparedLate();
    settings.path = '/models/far.gguf';
    looking.describe = async () => ({ name: 'far', bytes: 98, download: { name: 'far', bytes: 98, from: 'a hub' } });
    await controller.modelChanged();
    await comparing;
    expect([controller.state.status.kind, controller.state.both.other]).toEqual(['not-downloaded', null]);
    const before = fake.count('releaseOther');
    answer();
    await settled();
    expect([controller.state.both.other, fake.count('releaseOther') - before]).toEqual([null, 1]);
  });

  it('is not said to be there where the load of the next one ends for a model that is not downloaded', async () => {
    const { controller, fake, settings, looking } = await compared();
    fake.close('loadOther');
    const comparing = controller.compare(request, 'second');
    settings.path = '/models/far.gguf';
    looking.describe = async () => ({ name: 'far', bytes: 98, download: { name: 'far', bytes: 98, from: 'a hub' } });
    await controller.modelChanged();
    await comparing;
    expect([controller.state.both.other, fake.count('releaseOther')]).toEqual([null, 1]);
  });

  it('is not said to be there where the load of the next one ends as another first model fails', async () => {
    const { controller, fake, settings, looking } = await compared();
    fake.close('loadOther');
    const comparing = controller.compare(request, 'second');
    settings.path = '/models/other.gguf';
    looking.describe = () => Promise.reject(new EngineError('model-damaged', 'It is damaged.'));
    await controller.modelChanged();
    await comparing;
    expect([controller.state.both, fake.count('releaseOther')]).toEqual([{ ...noBoth, failure: 'It is damaged.' }, 1]);
  });

  it('is released where it came while the next one waited for a first model that needs a download', async () => {
    const { controller, settings, looking, fake, comparing, answer } = await comparedLate();
    await settled();
    let look = () => {};
    settings.path = '/models/far.gguf';
    const far = { name: 'far', bytes: 98, download: { name: 'far', bytes: 98, from: 'a hub' } };
    looking.describe = () => new Promise((resolve) => (look = () => resolve(far)));
    const next = controller.compare({ path: '/models/third.gguf' }, 'third');
    answer();
    await settled();
    look();
    await Promise.all([comparing, next]);
    expect([controller.state.both.other, fake.count('releaseOther')]).toEqual([null, 1]);
  });

  it('is released when the comparison ends', async () => {
    const { controller, fake } = await compared();
    await controller.intend({ type: 'endComparison' });
    expect([controller.state.both, fake.count('releaseOther')]).toEqual([noBoth, 1]);
    await controller.intend({ type: 'endComparison' });
    expect(fake.count('releaseOther')).toBe(1);
  });

  it('goes with the first: when that is unloaded, and when another takes its place', async () => {
    const unloaded = await compared();
    unloaded.controller.unloaded();
    expect([unloaded.controller.state.both, unloaded.fake.count('releaseOther')]).toEqual([noBoth, 0]);
    const { controller, fake, settings } = await compared();
    settings.path = '/models/other.gguf';
    await controller.modelChanged();
    const failure = 'The comparison with second has ended.';
    expect([controller.state.both, fake.count('releaseOther')]).toEqual([{ ...noBoth, failure }, 1]);
    await controller.inspect(subject('another text'));
    expect(controller.state.both).toEqual(noBoth);
  });

  it('comes back with the first, and is forgotten with it when another is loaded', async () => {
    const { controller, fake, settings } = await compared();
    expect(controller.comparedWith).toBe(request.path);
    controller.unloaded();
    expect(controller.comparedWith).toBeNull();
    await controller.ready();
    await settled();
    expect([controller.comparedWith, fake.count('loadOther')]).toEqual([request.path, 2]);
    expect(controller.state.both.text).toMatchObject({ length: 4 });
    controller.unloaded();
    settings.path = '/models/other.gguf';
    await controller.ready();
    await settled();
    expect(fake.count('loadOther')).toBe(2);
    expect(controller.state.both).toEqual({ ...noBoth, failure: 'The comparison with second has ended.' });
  });

  it('comes back after the text that the first is loaded for', async () => {
    const { controller, fake } = await compared();
    controller.unloaded();
    const { open, done: inspecting } = await fake.held('run', () => controller.inspect(subject('xyz')));
    await settled();
    expect(fake.count('loadOther')).toBe(1);
    open();
    await inspecting;
    await settled();
    expect(controller.state.both).toMatchObject({ other: { runs: 'together' }, text: { length: 3 } });
    expect(fake.count('loadOther')).toBe(2);
  });

  it('makes the chosen model the first, and leaves what was inspected by another as it was', async () => {
    const { controller, settings } = await inspected();
    settings.path = '/models/other.gguf';
    await controller.compare(request, 'second');
    await settled();
    expect(controller.inspections.all.map(({ state }) => state.model?.name)).toEqual([
      '/models/other.gguf',
      '/models/first.gguf',
    ]);
  });

  it('of another first model is not brought back where a new one cannot be loaded', async () => {
    const { controller, fake, settings } = await compared();
    settings.path = '/models/other.gguf';
    fake.failures.set('loadOther', new EngineError('model-damaged', 'It is damaged.'));
    await controller.compare({ path: '/models/torn.gguf' }, 'torn');
    await settled();
    expect(controller.state.both).toEqual({ ...noBoth, failure: 'It is damaged.' });
    expect([fake.count('loadOther'), controller.state.model?.name]).toEqual([2, '/models/other.gguf']);
  });

  it('does not come back after it was ended, nor if it may have been too much for the engine', async () => {
    for (const isTooMuch of [false, true]) {
      const { controller, fake } = await compared({}, {});
      if (isTooMuch) {
        fake.close('textInBoth');
        const called = fake.called('textInBoth');
        void controller.intend({ type: 'inView', parts: all });
        await called;
      } else await controller.intend({ type: 'endComparison' });
      controller.unloaded();
      await controller.ready();
      await settled();
      expect(fake.count('loadOther')).toBe(1);
    }
  });

  it('that cannot be loaded leaves the one before, which the engine has released, and says why', async () => {
    const { controller, fake } = await compared();
    await controller.intend({ type: 'setOptions', options: { colouring: 'difference' } });
    let tries = 0;
    fake.failures.set('loadOther', new EngineError('model-damaged', 'It is damaged.'));
    const call = fake.called('loadOther');
    const comparing = controller.compare({ path: '/models/torn.gguf' }, 'torn');
    await call;
    const again = fake.called('loadOther').then(() => {
      tries++;
      fake.failures.clear();
    });
    await comparing;
    await again;
    await settled();
    expect([tries, fake.last('loadOther')?.request]).toEqual([1, request]);
    expect(controller.state.both).toMatchObject({
      other: { info: { name: request.path } },
      working: null,
      failure: 'It is damaged.',
      text: { length: 4 },
      position: { position: 3 },
      rows: { matrix: 'output' },
    });
    // What is known of the text is not computed again.
    expect([fake.count('textInBoth'), controller.state.options.colouring]).toEqual([1, 'difference']);
    expect(controller.comparedWith).toBe(request.path);
    await controller.inspect(subject('xyz'));
    expect(controller.state.both.failure).toBeNull();
  });

  it('stays when an earlier inspection of the same model comes back, or nothing is inspected any more', async () => {
    const { controller } = await compared();
    const { other } = controller.state.both;
    await controller.inspect(subject('xy', { uri: 'file:///b.md' }));
    await controller.restore(controller.inspections.all[1]?.id ?? NaN);
    await settled();
    expect(controller.state.both).toMatchObject({ other, text: { length: 4 } });
    controller.reset();
    expect(controller.state.both).toMatchObject({ other, text: null, position: null, neighbours: null });
  });

  it('that ended the engine says so although it is gone', async () => {
    const { controller, fake } = await inspected();
    fake.failures.set('loadOther', lost());
    const { open, done: comparing } = await fake.held('loadOther', () => controller.compare(request, 'second'));
    controller.unloaded();
    open();
    await comparing;
    expect(controller.state.both).toEqual({ ...noBoth, failure: 'The engine stopped.' });
  });
});

describe('a second model that waits for another first one', () => {
  it('leaves the one before it, which is still in memory, where it is cancelled or the first cannot be had', async () => {
    for (const ends of ['cancel', 'fails'] as const) {
      const { controller, fake, settings } = await compared();
      settings.path = '/models/other.gguf';
      if (ends === 'fails') fake.failures.set('load', new EngineError('model-damaged', 'It is damaged.'));
      else fake.close('load');
      const loading = fake.called('load');
      const comparing = controller.compare({ path: '/models/third.gguf' }, 'third');
      await loading;
      if (ends === 'cancel') await controller.intend({ type: 'cancel' });
      await comparing;
      const failure = ends === 'fails' ? 'It is damaged.' : null;
      expect(controller.state.both).toMatchObject({ other: { info: { name: request.path } }, working: null, failure });
      expect([controller.comparedWith, fake.count('loadOther')]).toEqual([request.path, 1]);
    }
  });

  it('does not leave one that the engine has released already, for one whose load it takes the place of', async () => {
    const parts = await compared();
    const { controller, fake } = parts;
    fake.close('loadOther');
    const loading = fake.called('loadOther');
    void controller.compare({ path: '/models/third.gguf' }, 'third');
    await loading;
    const { comparing } = await waitsForFirst(parts, 'fourth');
    await controller.intend({ type: 'cancel' });
    await comparing;
    expect([controller.comparedWith, controller.state.both]).toEqual([null, noBoth]);
  });

  it('gives way to an inspection by the one before that comes back', async () => {
    const parts = setUp();
    const { controller } = parts;
    await controller.inspect(subject('abc'));
    await waitsForFirst(parts, 'second');
    await controller.restore(controller.inspections.all[0]?.id ?? NaN);
    await settled();
    expect(controller.state).toMatchObject({ model: { name: '/models/first.gguf' }, text: {}, both: noBoth });
  });

  it('does not leave one that was to come back', async () => {
    const parts = await compared();
    const { controller, fake } = parts;
    fake.failures.set('loadOther', new EngineError('model-damaged', 'It is damaged.'));
    const [fails, failing] = [fake.close('loadOther'), fake.called('loadOther')];
    void controller.compare({ path: '/models/torn.gguf' }, 'torn');
    await failing;
    fails();
    const comingBack = fake.called('loadOther');
    fake.close('loadOther');
    await comingBack;
    const { comparing } = await waitsForFirst(parts, 'third');
    await controller.intend({ type: 'cancel' });
    await comparing;
    expect([controller.comparedWith, controller.state.both.other]).toEqual([null, null]);
  });
});

describe('a text in both', () => {
  it('is asked for in sight alone, with its position, its rows and its neighbours', async () => {
    const { controller, fake } = await compared({}, {});
    const methods = ['textInBoth', 'positionInBoth', 'rowsInBoth', 'neighboursInBoth'] as const;
    expect(methods.map((method) => fake.count(method))).toEqual([0, 0, 0, 0]);
    await controller.intend({ type: 'inView', parts: all });
    await settled();
    expect(methods.map((method) => fake.count(method))).toEqual([1, 1, 1, 1]);
    expect(fake.last('textInBoth')?.request).toMatchObject({ text: 'abca', count: 20 });
    expect(fake.last('positionInBoth')?.asked).toMatchObject({ run: expect.any(String), position: 3, count: 20 });
    expect(fake.last('rowsInBoth')?.request).toEqual({ matrix: 'output', count: 10, ids: [97, 98, 99] });
    expect(fake.last('neighboursInBoth')?.request).toEqual({ matrix: 'input', count: 10, id: 97 });
    expect(controller.state.both).toMatchObject({
      working: null,
      text: { length: 4 },
      position: { position: 3 },
      rows: { matrix: 'output' },
      neighbours: { row: { token: { id: 97 } } },
    });
  });

  it('is not sent again by a click, and no other position stands under the chosen one', async () => {
    const { controller, fake } = await compared();
    const [open, called] = [fake.close('positionInBoth'), fake.called('positionInBoth')];
    void controller.intend({ type: 'choosePosition', position: 1 });
    await called;
    expect(controller.state.both.position).toBeNull();
    open();
    await settled();
    expect(controller.state.both).toMatchObject({
      position: { position: 1 },
      neighbours: { row: { token: { id: 98 } } },
    });
    expect([fake.count('textInBoth'), fake.count('rowsInBoth'), fake.count('positionInBoth')]).toEqual([1, 1, 2]);
  });

  it('leaves nothing behind when another is inspected', async () => {
    const { controller, fake } = await compared();
    const { open, done: inspecting } = await fake.held('run', () => controller.inspect(subject('xyz')));
    // The spread of a matrix is the same for every text.
    expect(controller.state.both).toMatchObject({
      text: null,
      position: null,
      rows: { rows: 2, tokens: [] },
      other: { runs: 'together' },
    });
    open();
    await inspecting;
    await settled();
    expect(controller.state.both).toMatchObject({ text: { length: 3 }, position: { position: 2 } });
    expect(controller.state.both.rows?.tokens.map(({ token }) => token.id)).toEqual([120, 121, 122]);
  });

  it('is shown at once when its inspection comes back, and asked for after what takes less', async () => {
    const { controller, fake } = await compared();
    await controller.inspect(subject('xy', { uri: 'file:///b.md' }));
    await settled();
    expect(fake.count('textInBoth')).toBe(2);
    const asked = fake.calls.map(({ method }) => method).filter((method) => /InBoth/.test(method));
    expect(asked.slice(0, 3)).toEqual(['rowsInBoth', 'neighboursInBoth', 'textInBoth']);
    await controller.restore(controller.inspections.all[1]?.id ?? NaN);
    await settled();
    expect(controller.state.both).toMatchObject({ text: { length: 4 }, position: { position: 3 } });
    expect(fake.count('textInBoth')).toBe(2);
  });

  it('shows its progress, and is given up when the comparison ends', async () => {
    const { controller, fake } = await compared({}, {});
    const called = fake.called('textInBoth');
    fake.close('textInBoth');
    void controller.intend({ type: 'inView', parts: all });
    await called;
    tell(fake.last('textInBoth')?.control, 0.5);
    expect(controller.state.both.working).toEqual({ what: 'running', name: request.path, fraction: 0.5 });
    await controller.intend({ type: 'endComparison' });
    expect(fake.last('textInBoth')?.control?.signal?.aborted).toBe(true);
    await settled();
    expect(controller.state.both).toEqual(noBoth);
  });

  it('that fails says why once, and the rest goes on with another text', async () => {
    const { controller, fake, statuses } = await compared({}, {});
    fake.failures.set('textInBoth', new EngineError('bad-request', 'The text has one token.'));
    await controller.intend({ type: 'inView', parts: all });
    await controller.intend({ type: 'choosePosition', position: 0 });
    await settled();
    expect(controller.state.both).toMatchObject({ text: null, working: null, failure: 'The text has one token.' });
    expect([fake.count('textInBoth'), statuses().at(-1)?.kind]).toEqual([1, 'ready']);
    fake.failures.clear();
    await controller.inspect(subject('xyz'));
    await settled();
    expect(controller.state.both).toMatchObject({ text: { length: 3 }, failure: null });
  });

  it('that ended the engine says so although the comparison is over', async () => {
    let end = () => {};
    // An engine that ended answers with its end also what was cancelled then.
    const engine = new FakeEngine().with({
      textInBoth: () => new Promise<never>((_, reject) => (end = () => reject(lost()))),
    });
    const { controller } = setUp(engine);
    await controller.inspect(subject('abc'));
    await controller.compare(request, 'second');
    void controller.intend({ type: 'inView', parts: { both: true } });
    expect(controller.state.both.working?.what).toBe('running');
    controller.unloaded();
    end();
    await settled();
    expect(controller.state.both).toEqual({ ...noBoth, failure: 'The engine stopped.' });
  });

  it('waits to be asked for where the two run in turn, and can be stopped then', async () => {
    const { controller, fake } = await compared({ runs: 'inTurn' });
    expect([fake.count('textInBoth'), fake.count('rowsInBoth')]).toEqual([0, 1]);
    await controller.intend({ type: 'compareInTurn' });
    await settled();
    expect(controller.state.both).toMatchObject({ text: { length: 4 }, position: { position: 3 } });
    await controller.inspect(subject('xyz'));
    await settled();
    expect([controller.state.both.text, fake.count('textInBoth')]).toEqual([null, 1]);
    const called = fake.called('textInBoth');
    fake.close('textInBoth');
    void controller.intend({ type: 'compareInTurn' });
    await called;
    await controller.intend({ type: 'cancel' });
    await settled();
    expect(fake.last('textInBoth')?.control?.signal?.aborted).toBe(true);
    expect(controller.state.both).toMatchObject({
      other: { runs: 'inTurn' },
      working: null,
      text: null,
      failure: null,
    });
  });

  it('is not run where only the matrices are here, which need no text', async () => {
    const { controller, fake } = setUp();
    fake.other = { runs: 'none', refusal: verbatim('It is too large.') };
    await controller.intend({ type: 'inView', parts: all });
    await controller.compare(request, 'second');
    await settled();
    expect(controller.state.both.rows).toMatchObject({ matrix: 'output', tokens: [] });
    await controller.inspect(subject('ab'));
    await settled();
    expect(controller.state.both.rows?.tokens.map(({ token }) => token.id)).toEqual([97, 98]);
    expect(fake.count('textInBoth')).toBe(0);
  });

  it('has neither rows nor neighbours with another vocabulary', async () => {
    const { controller, fake } = await compared({ sameVocabulary: false });
    expect([fake.count('rowsInBoth'), fake.count('neighboursInBoth'), fake.count('textInBoth')]).toEqual([0, 0, 1]);
    expect(controller.state.both.text).not.toBeNull();
  });

  it('shows the rows of the matrix that is in sight, and keeps them out of sight', async () => {
    const { controller, fake } = await compared();
    await controller.intend({ type: 'inView', parts: { bothRows: { matrix: 'input' } } });
    await settled();
    expect(controller.state.both.rows?.matrix).toBe('input');
    await controller.intend({ type: 'inView', parts: {} });
    await controller.intend({ type: 'inView', parts: { bothRows: { matrix: 'input' } } });
    await settled();
    expect([controller.state.both.rows?.matrix, fake.count('rowsInBoth')]).toEqual(['input', 2]);
  });
});

describe('the difference as a colour', () => {
  it('asks for the text out of sight, and gives way to the colouring before it', async () => {
    const { controller, fake } = await compared({}, {});
    expect(possibleColourings(controller.state)).toContain('difference');
    await controller.intend({ type: 'setOptions', options: { colouring: 'entropy' } });
    await controller.intend({ type: 'setOptions', options: { colouring: 'difference' } });
    await settled();
    const { text, run } = controller.state;
    expect([colouringOf(controller.state), fake.count('textInBoth'), fake.count('positionInBoth')]).toEqual([
      'difference',
      1,
      0,
    ]);
    expect(text && colours('difference', text, run, passingOf(controller.state))).toMatchObject({
      values: [0, 1, 2, 3],
      domain: [0, 3],
    });
    await controller.intend({ type: 'endComparison' });
    expect(controller.state.options.colouring).toBe('entropy');
    expect(possibleColourings(controller.state)).not.toContain('difference');
  });

  it('colours an earlier inspection of another document by its own, or by nothing where that is not known', async () => {
    const { controller } = await compared();
    await controller.inspect(subject('xy', { uri: 'file:///b.md' }));
    await settled();
    await controller.intend({ type: 'setOptions', options: { colouring: 'difference' } });
    const drawn = otherIn('file:///a.md', controller);
    expect(drawn && [colouringOf(drawn), passingOf(drawn)]).toEqual(['difference', Float64Array.of(0, 1, 2, 3)]);
    await controller.compare({ path: '/models/third.gguf' }, 'third');
    await settled();
    const unknown = otherIn('file:///a.md', controller);
    expect(unknown && colouringOf(unknown)).toBe('none');
    await controller.intend({ type: 'endComparison' });
    const without = otherIn('file:///a.md', controller);
    expect(without && colouringOf(without)).toBe(colouringOf(controller.state));
  });

  it('is not offered where there is none, or where the models cut the text differently', async () => {
    const { controller } = await compared({ sameVocabulary: false }, {});
    expect(possibleColourings(controller.state)).not.toContain('difference');
    await controller.intend({ type: 'setOptions', options: { colouring: 'difference' } });
    const { both } = controller.state;
    const other = { ...both.text, kind: 'other', tokens: [[], []], spans: [] } as never;
    expect(colouringOf({ ...controller.state, both: { ...both, text: other } })).toBe('surprisal');
  });

  it('of equal models is no colour', async () => {
    const { controller } = await compared();
    await controller.intend({ type: 'setOptions', options: { colouring: 'difference' } });
    const { text, run } = controller.state;
    if (!text) throw new Error('Nothing is inspected.');
    expect(passingOf(controller.state)).toHaveLength(4);
    expect(colours('difference', text, run, new Float64Array(4))).toMatchObject({
      domain: [0, 0.01],
      strength: [0, 0, 0, 0],
    });
  });
});
