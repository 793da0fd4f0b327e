import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Exporter } from '../../../../src/extension/export/exporter';
import { editorOutlet } from '../../../../src/extension/export/saving';
import type { Inspection } from '../../../../src/shared/inspection';
import { address, setUp, setUpServed, subject } from '../../support/controller';
import { editor, resetEditor } from '../../support/fakeEditor';
import { surroundings } from '../../support/surroundings';

vi.mock('vscode', () => import('../../support/fakeEditor'));
vi.mock('#host', () => ({ host: {} }));

beforeEach(resetEditor);

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
    expect(editor.messages).toEqual([
      ['For the export the whole text runs again. It may be sent to localhost:8080 again.', 'Send and Export'],
    ]);
    expect([inspect.mock.calls, [...editor.written.keys()]]).toEqual([[], []]);
    editor.pressed = 'Send and Export';
    await save();
    expect(inspect.mock.calls).toMatchObject([[{ clearance: { address } }, {}]]);
    expect([[...editor.written.keys()], failed.mock.calls]).toEqual([['/exports/sample.json'], []]);
  });

  it('asks about the model that answers, also if the text was shown without one', async () => {
    const { controller, save, inspect } = await exported(setUpServed());
    await save({ ...controller.state, model: null });
    expect([editor.messages.length, inspect.mock.calls]).toEqual([1, []]);
  });

  it('sends nothing if another model was chosen while the question stood', async () => {
    const { controller, save, inspect, failed } = await exported(setUpServed());
    Object.assign(editor, { pressed: 'Send and Export' });
    const { model } = controller.state;
    editor.meanwhile = () =>
      vi.spyOn(controller, 'state', 'get').mockReturnValue({
        ...controller.state,
        model: model && { ...model, name: 'another', server: model.server && { ...model.server, address: 'http://b' } },
      } as never);
    await save();
    expect([inspect.mock.calls, [...editor.written.keys()]]).toEqual([[], []]);
    expect(failed).toHaveBeenCalledOnce();
  });

  it('with a model that runs here asks nothing', async () => {
    const { save } = await exported(setUp());
    await save();
    expect([editor.messages, [...editor.written.keys()]]).toEqual([[], ['/exports/sample.json']]);
  });
});
