import assert from 'node:assert/strict';
import {
  activated,
  closeDocuments,
  command,
  inspectSelection,
  longText,
  open,
  replace,
  running,
  select,
  settled,
  until,
} from './inspecting';

describe('the panel', () => {
  afterEach(closeDocuments);

  it('is out of date after an edit, not after one elsewhere, and a refresh mends it', async () => {
    const { receive, panelState } = await activated();
    const document = await open('Before. The capital of France is. After.');
    await select(document, 8, 32);
    await inspectSelection();
    await replace(document, 34, 39, 'Later');
    await replace(document, 0, 0, '> ');
    assert.deepEqual([panelState().outOfDate, panelState().source?.start], [false, 10]);
    await replace(document, 25, 31, 'Italy');
    assert.equal(panelState().outOfDate, true);
    await replace(document, 25, 30, 'France');
    assert.equal(panelState().outOfDate, false, 'the text is what it was');
    await replace(document, 25, 31, 'Italy');
    receive({ type: 'refresh' });
    const { text } = await until((state) => !state.outOfDate && settled(state), 'the numbers are new');
    assert.equal(text?.tokens.map((token) => token.text).join(''), 'The capital of Italy is');
  });

  it('stops a run when it is asked to, keeps what is known, and runs again without a reload', async () => {
    const { receive } = await activated();
    const text = longText(100, 6);
    await select(await open(text));
    const done = command();
    await running(text);
    receive({ type: 'cancel' });
    await done;
    const stopped = await until(({ status }) => status.kind === 'cancelled', 'the run is cancelled');
    assert.ok(stopped.text && stopped.run === null);
    const stages: string[] = [];
    const watching = (await activated()).onDidChangeState(
      ({ status }) => status.kind === 'working' && stages.push(status.what),
    );
    await inspectSelection();
    watching.dispose();
    assert.ok(!stages.includes('loading'), 'the model is still there');
  });
});
