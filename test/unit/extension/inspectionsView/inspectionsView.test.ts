import { describe, expect, it, vi } from 'vitest';
import type { Subject } from '../../../../src/extension/inspection/subject';
import { isShown, itemOf, type ItemSurroundings } from '../../../../src/extension/inspectionsView/item';
import { modelStatus, statusText } from '../../../../src/extension/statusBar/modelStatus';
import type { PanelState } from '../../../../src/shared/panel';
import { setUp, subject } from '../../support/controller';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

const surroundings: ItemSurroundings = { lines: () => [3, 5], time: () => '14:03' };

async function item(text: string, more: Partial<Subject> = {}, around: Partial<ItemSurroundings> = {}) {
  const { controller } = setUp();
  await controller.inspect(subject(text, more));
  const [past] = controller.inspections.all;
  if (!past) throw new Error('Nothing was kept.');
  return { controller, past, item: itemOf(past, { ...surroundings, ...around }, [past]) };
}

describe('an inspection in the list', () => {
  it('says what was inspected, where, with which model and when', async () => {
    const { item: drawn } = await item('The capital');
    expect(drawn).toMatchObject({
      label: 'a.md:3–5',
      description: '14:03 · The capital · /models/first.gguf',
      changed: false,
    });
    expect(drawn.details).toEqual(['The capital', '11 tokens', '/models/first.gguf', '14:03']);
  });

  it('begins its label with the model where another model was asked about the same text', async () => {
    const { controller, settings } = setUp();
    await controller.inspect(subject('The capital'));
    settings.path = '/models/second.gguf';
    await controller.modelChanged();
    await controller.inspect(subject('other', { start: 50, end: 55 }));
    const { all } = controller.inspections;
    expect(all.map((past) => itemOf(past, surroundings, all).label)).toEqual([
      'a.md:3–5',
      '/models/second.gguf · a.md:3–5',
      '/models/first.gguf · a.md:3–5',
    ]);
    // Two files of one model differ by their types.
    const alike = all.slice(1).map((past, i) => {
      const model = past.state.model && { ...past.state.model, name: 'Tiny', quantisation: i === 0 ? 'Q4_1' : 'Q8_0' };
      return { ...past, state: { ...past.state, model } };
    });
    expect(alike.map((past) => itemOf(past, surroundings, alike).label)).toEqual([
      'Q4_1 · a.md:3–5',
      'Q8_0 · a.md:3–5',
    ]);
  });

  it('names one line once, and the file alone where the document is not open', async () => {
    expect((await item('a', {}, { lines: () => [7, 7] })).item.label).toBe('a.md:7');
    expect((await item('a', {}, { lines: () => null })).item.label).toBe('a.md');
  });

  it.each([
    ['  one\r\n\r\n\ttwo   three \n', 'one↵two three'],
    ['x'.repeat(41), `${'x'.repeat(40)}…`],
    [`${'x'.repeat(39)}👩${'y'.repeat(300)}`, `${'x'.repeat(39)}👩…`],
    [`a${' '.repeat(300)}b`, 'a…'],
    ['a\u202eb', expect.stringMatching(/^a.*202E.*b$/i)],
  ])('shows %j in one line', async (text, label) => {
    expect((await item(text)).item.details[0]).toEqual(label);
  });

  it('says that its text was changed, until it reads the same again', async () => {
    const { controller, past } = await item('abc');
    controller.documents.edited('file:///a.md', [{ start: 11, end: 12, length: 1 }], () => 'axc');
    expect(itemOf(past, surroundings, [past])).toMatchObject({
      description: expect.stringMatching(/^changed since · /),
      changed: true,
    });
    controller.documents.edited('file:///a.md', [{ start: 11, end: 12, length: 1 }], (start, end) =>
      end - start === 3 ? 'abc' : '',
    );
    expect(itemOf(past, surroundings, [past]).changed).toBe(false);
  });

  it('tells the choices that make its numbers others', async () => {
    const { controller } = await item('abc');
    await controller.configure({ context: true, plain: true, centred: true, limit: 2 });
    const [past] = controller.inspections.all;
    expect(past && itemOf(past, surroundings, [past]).details).toEqual([
      'abc',
      '3 tokens, 1 of them without predictions',
      '/models/first.gguf',
      'tokens of context: 7',
      'special tokens read as plain text',
      'neighbours centred',
      '14:03',
    ]);
  });

  it('is the one that is shown until another is', async () => {
    const { controller, past } = await item('abc');
    expect(isShown(past, controller.state)).toBe(true);
    await controller.inspect(subject('other', { start: 50, end: 55 }));
    expect(controller.inspections.all.map((one) => isShown(one, controller.state))).toEqual([true, false]);
    await controller.restore(past.id);
    expect(controller.inspections.all.map((one) => isShown(one, controller.state))).toEqual([false, true]);
    controller.reset();
    expect(controller.inspections.all.some((one) => isShown(one, controller.state))).toBe(false);
  });
});

describe('the model in the status bar', () => {
  const words = { fetching: 'fetching', loading: 'loading', running: 'running', ready: 'ready' };
  const textOf = (state: PanelState) => {
    const status = modelStatus(state);
    return status && statusText(status, words);
  };

  it('is not there before one is loaded and after it was unloaded', async () => {
    const { controller } = setUp();
    expect(textOf(controller.state)).toBeNull();
    await controller.inspect(subject('abc'));
    expect(textOf(controller.state)).toBe('/models/first.gguf · F32');
    const { model } = controller.state;
    expect(textOf({ ...controller.state, model: model && { ...model, quantisation: 'Q4_0' } })).toMatch(/ · Q4_0$/);
    controller.unloaded();
    expect(textOf(controller.state)).toBeNull();
  });

  it('says how far loading and running are', () => {
    const { state } = setUp().controller;
    const working = {
      kind: 'working',
      what: 'loading',
      fraction: 0.404,
      modelBytes: null,
      modelName: 'SmolLM2-135M-Instruct',
    } as const;
    expect(textOf({ ...state, status: working })).toBe('SmolLM2-135M · loading 40 %');
    expect(textOf({ ...state, status: { ...working, fetched: { bytes: 49, of: 98 } } })).toBe(
      'SmolLM2-135M · fetching 50 %',
    );
    expect(textOf({ ...state, status: { ...working, fraction: null } })).toBe('SmolLM2-135M · loading');
    expect(textOf({ ...state, loaded: true, status: { ...working, what: 'running', fraction: 1 } })).toBe(
      'SmolLM2-135M · running 100 %',
    );
  });

  it('keeps a name short and a type whole, and a name brings no icon', () => {
    const ready = { doing: 'ready', fraction: null, secondsLeft: null } as const;
    expect(statusText({ name: '$(flame) model', ...ready }, words)).toBe('(flame) model');
    expect(statusText({ name: 'n'.repeat(100), type: 'Q4_K_M', ...ready }, words)).toBe(`${'n'.repeat(23)}… · Q4_K_M`);
  });
});
