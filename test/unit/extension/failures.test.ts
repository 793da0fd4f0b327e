import * as l10n from '@vscode/l10n';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Failures } from '../../../src/extension/failures';
import { NotTrusted } from '../../../src/extension/served';
import { badRequest, EngineError, type ErrorCode } from '../../../src/shared/errors';
import { editor, resetEditor } from '../support/fakeEditor';

vi.mock('vscode', () => import('../support/fakeEditor'));

function setUp(answer?: string) {
  resetEditor();
  editor.pressed = answer;
  const log = { error: vi.fn(), show: vi.fn() };
  const wanted = { path: '/m/wanted.gguf', geometryOnly: false };
  const offer = {
    ...{ show: vi.fn(), again: vi.fn(), changeKey: vi.fn(), isInSight: vi.fn(() => false) },
    isSaid: vi.fn((_code: ErrorCode) => false),
  };
  const failures = new Failures(log, () => wanted);
  failures.offer(offer);
  return { log, offer, wanted, failures };
}

const tooLarge = () => new EngineError('geometry-only', 'It needs 9 GB.');

describe('a failure', () => {
  it('of a model that cannot be run offers its geometry, in a notification and in the panel', async () => {
    const { failures, offer, log } = setUp('Show Geometry Only');
    const error = tooLarge();
    expect(failures.tell(error)).toEqual({ message: 'It needs 9 GB.', help: 'geometry' });
    expect(failures.tell(error)).toEqual({ message: 'It needs 9 GB.', help: 'geometry' });
    await vi.waitFor(() => expect(offer.show.mock.calls).toEqual([['/m/wanted.gguf']]));
    expect([editor.messages, log.error.mock.calls.length]).toEqual([
      [['It needs 9 GB.', 'Show Geometry Only', 'Show Log']],
      1,
    ]);
    failures.showGeometry();
    expect(offer.show).toHaveBeenCalledTimes(2);
  });

  it('of the engine is in the language of the editor, and in English in the log', () => {
    l10n.config({ contents: { 'There is no token {0}.': 'Es gibt kein Token {0}.' } });
    onTestFinished(() => l10n.config({ contents: {} }));
    const { failures, log } = setUp();
    expect(failures.tell(badRequest`There is no token ${7}.`).message).toBe('Es gibt kein Token 7.');
    expect(log.error.mock.calls).toEqual([['bad-request: There is no token 7.']]);
  });

  it('of the second model is told once, and leads to another second model alone', async () => {
    const { failures, offer, log } = setUp('Choose Another');
    const error = new EngineError('model-damaged', 'second.gguf is damaged.');
    for (const _ of [1, 2]) expect(failures.tellOfOther(error)).toBe('second.gguf is damaged.');
    await vi.waitFor(() => expect(editor.executed.map(([name]) => name)).toEqual(['vectorscope.compareModels']));
    expect(editor.messages).toEqual([['second.gguf is damaged.', 'Choose Another', 'Show Log']]);
    expect(failures.tellOfOther(new EngineError('bad-request', 'The text has one token.'))).toMatch(/one token/);
    failures.tellOfOther(tooLarge());
    failures.showGeometry();
    expect([editor.messages.length, log.error.mock.calls.length, offer.show.mock.calls]).toEqual([2, 3, []]);
    // The panel says it.
    offer.isInSight.mockReturnValue(true);
    failures.tellOfOther(new EngineError('model-damaged', 'third.gguf is damaged.'));
    expect([editor.messages.length, log.error.mock.calls.length]).toEqual([2, 4]);
  });

  it('keeps the model that it was about, whichever is chosen by then', () => {
    const { failures, offer } = setUp();
    failures.showGeometry();
    expect(offer.show).not.toHaveBeenCalled();
    failures.tell(tooLarge(), '/m/other.gguf');
    failures.showGeometry();
    expect(offer.show.mock.calls).toEqual([['/m/other.gguf']]);
  });

  it('of what only a whole model can do offers another model where the geometry is all that was loaded', () => {
    const { failures, wanted } = setUp();
    wanted.geometryOnly = true;
    expect(failures.tell(tooLarge()).help).toBe('models');
  });

  it('of a model file offers the list of models, or the setting that names it', async () => {
    const { failures } = setUp('Choose a Model');
    expect(failures.tell(new EngineError('model-damaged', 'It is torn.')).help).toBe('models');
    editor.settings = { modelFile: '/m/set.gguf' };
    editor.pressed = 'Open Settings';
    expect(failures.tell(new EngineError('model-missing', 'It is gone.')).help).toBe('settings');
    expect(editor.messages).toEqual([
      ['It is torn.', 'Choose a Model', 'Show Log'],
      ['It is gone.', 'Open Settings', 'Show Log'],
    ]);
    await vi.waitFor(() =>
      expect(editor.executed.map(([name]) => name)).toEqual([
        'vectorscope.chooseModel',
        'workbench.action.openSettings',
      ]),
    );
  });

  it('is told to nobody once the window closes', () => {
    const { failures, log } = setUp();
    failures.dispose();
    expect(failures.tell(tooLarge()).message).toBe('It needs 9 GB.');
    expect([editor.messages, log.error.mock.calls]).toEqual([[], []]);
  });

  it('has no links in its notification, whatever a model file calls itself', () => {
    const { failures } = setUp();
    const message = 'The model’s architecture is “[llama](command:workbench.action.quit)”.';
    expect(failures.tell(new EngineError('model-unsupported', message)).message).toBe(message);
    expect(editor.messages[0]?.[0]).toBe('The model’s architecture is “[llama] (command:workbench.action.quit)”.');
  });

  it('of a fetch offers to try again, with the model that it was about', async () => {
    const { failures, offer } = setUp('Try Again');
    expect(failures.tell(new EngineError('fetch-failed', 'It was not fetched.'), '/m/other.gguf').help).toBe('again');
    expect(editor.messages).toEqual([['It was not fetched.', 'Try Again', 'Show Log']]);
    await vi.waitFor(() => expect(offer.again.mock.calls).toEqual([['/m/other.gguf']]));
  });

  it('of a fetch is told once: by the panel, where that is in sight and says it', () => {
    const { failures, offer, wanted, log } = setUp();
    offer.isSaid.mockReturnValue(true);
    const error = new EngineError('fetch-failed', 'It was not fetched.');
    failures.tell(error, wanted.path, true);
    failures.tell(error);
    expect([editor.messages, log.error.mock.calls.length]).toEqual([[], 1]);
    failures.tell(new EngineError('fetch-failed', 'It was not fetched.'));
    failures.tell(new EngineError('model-damaged', 'It is torn.'), wanted.path, true);
    expect(editor.messages.map(([sentence]) => sentence)).toEqual(['It was not fetched.', 'It is torn.']);
  });

  it('of a key that a server refused offers to change it, in a notification and in the panel', async () => {
    const { failures, offer, wanted } = setUp('Change the Key…');
    failures.changeKey();
    const error = new EngineError('key-refused', 'The server refuses the key.');
    expect(failures.tell(error, 'http://localhost:8080', true).help).toBe('key');
    expect(editor.messages).toEqual([['The server refuses the key.', 'Change the Key…', 'Show Log']]);
    await vi.waitFor(() => expect(offer.changeKey.mock.calls).toEqual([['http://localhost:8080']]));
    // By now the choice has gone back to the model before.
    expect(wanted.path).not.toBe('http://localhost:8080');
    failures.changeKey();
    expect(offer.changeKey.mock.calls).toEqual([['http://localhost:8080'], ['http://localhost:8080']]);
  });

  it('of a server offers to try again, and is told by the panel alone where that is in sight', async () => {
    const { failures, offer, wanted } = setUp('Try Again');
    const error = new EngineError('server-failed', 'No server answers.');
    expect(failures.tell(error, 'http://localhost:8080').help).toBe('again');
    await vi.waitFor(() => expect(offer.again.mock.calls).toEqual([['http://localhost:8080']]));
    offer.isSaid.mockReturnValue(true);
    failures.tell(new EngineError('server-failed', 'It went away.'), wanted.path, true);
    expect(offer.isSaid.mock.calls).toEqual([['server-failed']]);
    failures.tell(new EngineError('server-mismatch', 'They differ.'), wanted.path, true);
    expect(editor.messages.map(([sentence]) => sentence)).toEqual(['No server answers.', 'They differ.']);
  });

  it('of an untrusted workspace leads to its trust', async () => {
    const { failures } = setUp('Manage Workspace Trust');
    expect(failures.tell(new NotTrusted('It is not trusted.'))).toEqual({
      message: 'It is not trusted.',
      help: 'trust',
    });
    expect(editor.messages).toEqual([['It is not trusted.', 'Manage Workspace Trust', 'Show Log']]);
    await vi.waitFor(() => expect(editor.executed.map(([name]) => name)).toEqual(['workbench.trust.manage']));
  });

  it('of another kind offers the log, and a slip nothing', async () => {
    const { failures, log } = setUp('Show Log');
    expect(failures.tell(new EngineError('worker-lost', 'It stopped.'))).toEqual({
      message: 'It stopped.',
      help: 'log',
    });
    await vi.waitFor(() => expect(log.show).toHaveBeenCalledOnce());
    expect(failures.tell(new EngineError('empty-text', 'Select some text.')).help).toBeNull();
    expect(editor.messages).toHaveLength(1);
  });
});
