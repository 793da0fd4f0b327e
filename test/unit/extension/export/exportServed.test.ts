import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Exporter } from '../../../../src/extension/export/exporter';
import { editorOutlet } from '../../../../src/extension/export/saving';
import type { Inspection } from '../../../../src/shared/inspection';
import { address, setUp, setUpServed, subject } from '../../support/controller';
import { surroundings } from '../../support/surroundings';

const editor = vi.hoisted(() => ({
  questions: [] as string[],
  pressed: undefined as string | undefined,
  /** Happens while the question stands. */
  asked: undefined as (() => void) | undefined,
  written: [] as string[],
}));
vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  window: {
    showWarningMessage: async (question: string, _: unknown, button: string) => {
      editor.questions.push(question);
      editor.asked?.();
      return editor.pressed === button ? button : undefined;
    },
    setStatusBarMessage: () => undefined,
  },
  workspace: { fs: { writeFile: async ({ path }: { path: string }) => void editor.written.push(path) } },
}));
vi.mock('#host', () => ({ host: {} }));

beforeEach(() => Object.assign(editor, { questions: [], pressed: undefined, asked: undefined, written: [] }));

const source = subject('The capital of France is');
const file = { path: '/exports/sample.json' } as never;

async function exported({ controller, fake }: ReturnType<typeof setUp>) {
  await controller.inspect(source);
  const inspect = vi.fn(async () => ({ model: {}, leftOut: 0, tokens: [] }) as unknown as Inspection);
  const failed = vi.fn();
  const exporter = new Exporter(fake.with({ inspect }), controller, editorOutlet, failed, surroundings);
  return { controller, save: (state = controller.state) => exporter.save('everything', state, file), inspect, failed };
}

describe('the export of a whole inspection', () => {
  it('with a model on a server names the server, and sends it nothing before a yes', async () => {
    const { save, inspect, failed } = await exported(setUpServed());
    await save();
    expect(editor.questions).toEqual([
      'For the export the whole text runs again. It may be sent to localhost:8080 again.',
    ]);
    expect([inspect.mock.calls, editor.written]).toEqual([[], []]);
    editor.pressed = 'Send and Export';
    await save();
    expect(inspect.mock.calls).toMatchObject([[{ clearance: { address } }, {}]]);
    expect([editor.written, failed.mock.calls]).toEqual([['/exports/sample.json'], []]);
  });

  it('asks about the model that answers, also if the text was shown without one', async () => {
    const { controller, save, inspect } = await exported(setUpServed());
    await save({ ...controller.state, model: null });
    expect([editor.questions.length, inspect.mock.calls]).toEqual([1, []]);
  });

  it('sends nothing if another model was chosen while the question stood', async () => {
    const { controller, save, inspect, failed } = await exported(setUpServed());
    Object.assign(editor, { pressed: 'Send and Export' });
    const { model } = controller.state;
    editor.asked = () =>
      vi.spyOn(controller, 'state', 'get').mockReturnValue({
        ...controller.state,
        model: model && { ...model, name: 'another', server: model.server && { ...model.server, address: 'http://b' } },
      } as never);
    await save();
    expect([inspect.mock.calls, editor.written]).toEqual([[], []]);
    expect(failed).toHaveBeenCalledOnce();
  });

  it('with a model that runs here asks nothing', async () => {
    const { save } = await exported(setUp());
    await save();
    expect([editor.questions, editor.written]).toEqual([[], ['/exports/sample.json']]);
  });
});
