import { describe, expect, it } from 'vitest';
import type { InspectionController } from '../../../../src/extension/inspection/controller';
import { address, inspected, serverInfo, settled, setUp, subject } from '../../support/controller';

const greedy = { type: 'continueText', count: 3, sampler: null, seed: 1 } as const;
const pathsOf = ({ state }: InspectionController) =>
  state.continuation.paths.map(({ steps, ended }) => [steps.map(({ token }) => token.text).join(''), ended]);

/** A path that has one of its three steps. */
async function growing() {
  const set = await inspected();
  const { open, done } = await set.fake.held('continuation', () => set.controller.intend(greedy));
  const call = set.fake.last('continuation');
  return { ...set, open, done, call };
}

describe('a continuation', () => {
  it('goes on after the text, and branches with the tokens before the fork', async () => {
    const { controller, fake } = await inspected();
    await controller.intend(greedy);
    expect(pathsOf(controller)).toEqual([['abc', 'count']]);
    const [{ id: path } = { id: -1 }] = controller.state.continuation.paths;
    await controller.intend({ ...greedy, from: { path, step: 1, id: 99 }, count: 1 });
    expect(fake.last('continuation')?.request).toMatchObject({ text: 'abc', after: [97, 99], count: 1 });
    expect(pathsOf(controller)).toEqual([
      ['abc', 'count'],
      ['acc', 'count'],
    ]);
    // The model says whether the last token ends the text.
    await controller.intend({ ...greedy, from: { path, step: 2, id: 100 }, count: 0 });
    expect(fake.last('continuation')?.request).toMatchObject({ after: [97, 98, 100], count: 0 });
    expect(pathsOf(controller).at(-1)).toEqual(['abd', 'count']);
    // More tokens of the same way go on from its end.
    await controller.intend({ ...greedy, count: 5 });
    expect(fake.last('continuation')?.request).toMatchObject({ after: [97, 98, 99], count: 2 });
    expect(pathsOf(controller)[0]).toEqual(['abcde', 'count']);
    // The same way is no second path, and a token that is no alternative is none.
    await controller.intend(greedy);
    await controller.intend({ ...greedy, from: { path, step: 0, id: 120 }, count: 2 });
    expect(pathsOf(controller)).toHaveLength(3);
    await controller.intend({ type: 'removePath', path });
    expect(pathsOf(controller).map(([text]) => text)).toEqual(['acc', 'abd']);
  });

  it('is shown as its steps come, and keeps them when it is stopped', async () => {
    const { controller, call, done } = await growing();
    expect(pathsOf(controller)).toEqual([['', null]]);
    const { controller: other } = await inspected();
    await other.intend({ ...greedy, count: 1 });
    const [{ steps } = { steps: [] }] = other.state.continuation.paths;
    for (const continued of steps) call?.control?.onProgress?.({ stage: 'run', fraction: 1 / 3, continued });
    expect(pathsOf(controller)).toEqual([['a', null]]);
    await controller.intend({ type: 'stopContinuing' });
    await done;
    expect([pathsOf(controller), call?.control?.signal?.aborted]).toEqual([[['a', 'cancelled']], true]);
  });

  it('leaves no second path that went the way of the first, when it is stopped', async () => {
    const { controller, fake } = await inspected();
    await controller.intend(greedy);
    const [{ steps } = { steps: [] }] = controller.state.continuation.paths;
    const { done } = await fake.held('continuation', () => controller.intend(greedy));
    const control = fake.last('continuation')?.control;
    for (const continued of steps.slice(0, 2)) control?.onProgress?.({ stage: 'run', fraction: 2 / 3, continued });
    expect(pathsOf(controller)).toEqual([
      ['abc', 'count'],
      ['ab', null],
    ]);
    // The command that stops what takes long.
    controller.cancel();
    await done;
    expect(pathsOf(controller)).toEqual([['abc', 'count']]);
  });

  it.each([
    ['another selection', async (set: Awaited<ReturnType<typeof growing>>) => set.controller.inspect(subject('xyz'))],
    [
      'an edit',
      async ({ controller }: Awaited<ReturnType<typeof growing>>) =>
        controller.documents.edited('file:///a.md', [{ start: 11, end: 12, length: 1 }], () => 'aQc'),
    ],
    ['a reset', async ({ controller }: Awaited<ReturnType<typeof growing>>) => controller.reset()],
  ])('ends without a trace by %s', async (_, act) => {
    const set = await growing();
    await act(set);
    await set.done;
    await settled();
    expect([set.controller.state.continuation.paths, set.call?.control?.signal?.aborted]).toEqual([[], true]);
    expect(set.failures).toEqual([]);
  });

  it('is written into the document only when that is asked for', async () => {
    const set = setUp();
    const { controller, documents } = set;
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    await controller.intend(greedy);
    expect(documents.get('file:///a.md')?.text).toBe('abc');
    const [{ id: path } = { id: -1 }] = controller.state.continuation.paths;
    await controller.intend({ type: 'insertAppended', path });
    expect(documents.get('file:///a.md')?.text).toBe('abcabc');
    expect(controller.state.continuation.paths).toEqual([]);
  });

  it('is inspected, and compared with another', async () => {
    const { controller } = await inspected();
    await controller.intend(greedy);
    const [{ id: path } = { id: -1 }] = controller.state.continuation.paths;
    await controller.intend({ ...greedy, from: { path, step: 2, id: 100 }, count: 0 });
    const against = controller.state.continuation.paths.at(-1)?.id ?? -1;
    await controller.intend({ type: 'inspectPath', path, against });
    expect(controller.state.text?.tokens.map(({ text }) => text).join('')).toBe('abcabc');
    expect(controller.state.texts).toMatchObject({ text: 'abcabd' });
    expect(controller.state.continuation.paths).toEqual([]);
  });

  it('goes on with no text that was edited, and says so until it is inspected again', async () => {
    const { controller, fake, documents } = setUp();
    documents.set('file:///a.md', subject('abc'));
    await controller.inspect(subject('abc'));
    const edit = [{ start: 11, end: 12, length: 1 }];
    controller.documents.edited('file:///a.md', edit, () => 'aQc');
    await controller.intend(greedy);
    expect([fake.count('continuation'), controller.state.continuation]).toMatchObject([
      0,
      { paths: [], failure: 'The text was edited. Inspect it again first.' },
    ]);
    controller.documents.edited('file:///a.md', edit, () => 'abc');
    expect(controller.state.outOfDate).toBe(false);
    await controller.intend(greedy);
    expect(controller.state.continuation).toMatchObject({ paths: [{ ended: 'count' }], failure: null });
  });

  it('goes on with no text whose end was left out', async () => {
    const { controller, fake } = await inspected();
    await controller.configure({ limit: 2 });
    await controller.intend(greedy);
    expect([fake.count('continuation'), controller.state.continuation]).toMatchObject([
      0,
      { paths: [], failure: expect.stringContaining('longer than the limit') as string },
    ]);
  });

  it('sends no text to a server that may not have it', async () => {
    const { controller, fake, settings, agreed } = setUp();
    fake.model = { name: 'served', server: { ...serverInfo, address } };
    settings.server = { address };
    agreed.add(address);
    await controller.inspect(subject('abc'));
    agreed.delete(address);
    await controller.intend(greedy);
    expect([fake.count('continuation'), controller.state.continuation]).toMatchObject([
      0,
      { paths: [], failure: 'The text was not sent to localhost:8080. Inspect it again first.' },
    ]);
  });
});
