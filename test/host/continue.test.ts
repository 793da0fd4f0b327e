import assert from 'node:assert/strict';
import { activated, closeAll, inspectSelection, open, replace, select, settled, until } from './inspecting';

describe('a text that goes on', () => {
  afterEach(closeAll);

  it('takes a predicted token into its document only when that is asked for, and then follows edits', async () => {
    const { receive, marks } = await activated();
    const text = 'The capital of France is';
    const document = await open(text);
    await select(document);
    await inspectSelection();
    const { prediction } = await until(settled, 'the last token is chosen');
    const next = prediction?.top[0]?.token;
    assert.ok(next);
    receive({ type: 'continueWith', id: next.id });
    const {
      source,
      position,
      text: view,
    } = await until((state) => state.text?.appended !== undefined && settled(state), 'the longer text is inspected');
    assert.deepEqual([source?.end, position], [text.length, (view?.tokens.length ?? 0) - 1]);
    assert.equal(document.getText(), text);
    assert.ok(marks.on);
    receive({ type: 'insertAppended' });
    const inserted = text + next.text;
    await until((state) => state.source?.end === inserted.length && settled(state), 'the inserted text is inspected');
    assert.equal(document.getText(), inserted);
    receive({ type: 'followEdits', on: true });
    await replace(document, inserted.length, inserted.length, ' and');
    const longer = inserted.length + ' and'.length;
    const followed = await until(
      (state) => state.source?.excerpt.length === longer && !state.outOfDate && settled(state),
      'the edited text is inspected',
    );
    assert.equal(followed.source?.end, longer);
    receive({ type: 'followEdits', on: false });
  });
});
