import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

const text = 'The capital of France is';
const other = 'The capital of Italy is';

/** A person reloads the page, opens its link, and goes back and forward through its rooms. */
describe('the page that is opened again', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.open({ text, fixture: 'qwen2' })));

  const { poll } = expect;
  const fragment = () => Object.fromEntries(new URLSearchParams(new URL(tour.page.url()).hash.slice(1)));
  const room = () => tour.panel.locator('.room[aria-selected="true"]').getAttribute('data-room');
  const chosen = () => tour.page.locator('#marks .chosen').textContent();
  const appended = (count: number) => tour.panel.locator(`.appended-tokens[data-value="${count}"]`);
  const steps = () => tour.page.evaluate(() => history.length);
  const fill = async (section: string, id: string, value: string, button: string) => {
    const opened = await tour.open(section);
    await opened.locator(`#${id} input, input#${id}`).fill(value);
    await opened.getByRole('button', { name: button, exact: true }).click();
  };

  it('has a second text, a vector, a steering and the options of an experiment in its address', async () => {
    await fill('texts', 'other-text', other, 'Compare');
    await tour.section('texts').locator('.texts-strips').waitFor();
    await (await tour.open('tokens')).locator('[data-token-index="1"]').click();
    await poll(() => fragment()['position']).toBe('1');
    await fill('vector', 'vector-expression', '#5 - #7', 'Make the vector');
    await (await tour.open('steer')).getByRole('button', { name: 'Run with #5 - #7' }).click();
    await tour.open('lab');
    await tour.panel.locator('[data-experiment="target-size"] .lab-opener').click();
    await tour.panel.locator('[data-experiment="target-size"]').getByLabel('seed').fill('12');
    const steering = { expression: '#5 - #7', how: 'add', strength: 4, layer: null, positions: 'last' };
    await poll(fragment).toEqual({
      ...{ text, model: 'qwen2', position: '1', room: 'lab', experiment: 'target-size', labOptions: '{"seed":12}' },
      ...{ vector: '#5 - #7', other: JSON.stringify({ text: other, from: null }), steering: JSON.stringify(steering) },
    });
  });

  it('comes back with all of that once its model is there, and keeps it until then', async () => {
    const before = fragment();
    await tour.page.reload();
    await tour.panelIs('not-downloaded');
    // Of the model of the site: the address names the one that is open.
    await poll(fragment).toEqual({ ...before, model: undefined });
    await tour.useFixture('qwen2');
    await poll(fragment).toEqual(before);
    expect(await tour.panel.locator('[data-experiment="target-size"]').getByLabel('seed').inputValue()).toBe('12');
    const field = (await tour.open('vector')).locator('#vector-expression input, input#vector-expression');
    await poll(() => field.inputValue()).toBe('#5 - #7');
    await tour.section('vector').locator('[data-fact="vector-size"]').waitFor();
    await (await tour.open('steer')).getByRole('button', { name: 'End the second run' }).waitFor();
    await (await tour.open('texts')).getByText(`B “${other}”`).waitFor();
    expect(await chosen()).toContain('capital'.slice(0, 1));
  });

  it('goes back and forward through its rooms, each with its position', async () => {
    const rooms = ['texts', 'token', 'prediction'] as const;
    const before = await steps();
    await tour.open('token');
    await (await tour.open('next-token')).waitFor();
    expect((await steps()) - before).toBe(2);
    await tour.section('next-token').getByRole('button', { name: 'Choose the last token' }).click();
    await poll(() => fragment()['position']).not.toBe('1');
    const last = fragment();
    // A choice in a room is no step.
    expect((await steps()) - before).toBe(2);
    for (const expected of [rooms[1], rooms[0]]) {
      await tour.page.goBack();
      await poll(room).toBe(expected);
      await poll(() => fragment()['position']).toBe('1');
      await poll(() => fragment()['room']).toBe(expected);
    }
    for (const expected of [rooms[1], rooms[2]]) {
      await tour.page.goForward();
      await poll(room).toBe(expected);
    }
    await poll(fragment).toEqual(last);
    expect((await steps()) - before).toBe(2);
  });

  it('goes back to a text without the tokens that were appended since, and forward to them', async () => {
    await tour.open('point');
    await tour.open('next-token');
    await tour.section('next-token').locator('.prediction-table .continue').first().click();
    await appended(1).waitFor();
    await poll(() => fragment()['appended']).toMatch(/^\[\{"id":\d+,/);
    // The token that was chosen before is given up with its position.
    await poll(() => fragment()['token']).toBeUndefined();
    const last = fragment();
    await tour.page.goBack();
    await poll(room).toBe('point');
    await appended(1).waitFor({ state: 'detached' });
    await poll(() => fragment()['appended']).toBeUndefined();
    await tour.page.goForward();
    await appended(1).waitFor();
    await poll(fragment).toEqual(last);
    await tour.page.reload();
    await tour.useFixture('qwen2');
    await appended(1).waitFor();
  });

  it('goes back to the text of a room, and leaves one alone that was typed since', async () => {
    await tour.open('point');
    await tour.inspect('Another text');
    await tour.page.goBack();
    await poll(room).toBe('prediction');
    await poll(() => tour.field.inputValue()).toBe(text);
    await poll(() => fragment()['text']).toBe(text);
    await tour.page.goForward();
    await poll(() => tour.field.inputValue()).toBe('Another text');
    await poll(() => fragment()['room']).toBeUndefined();
    await tour.panelIs('ready');
    await tour.field.fill('A text and more');
    await tour.panel.locator('[data-notice="out-of-date"]').waitFor();
    await tour.page.goBack();
    await poll(room).toBe('prediction');
    expect(await tour.field.inputValue()).toBe('A text and more');
    await tour.page.reload();
    await poll(() => tour.field.inputValue()).toBe('A text and more');
  });

  it('opens another link in the same tab', async () => {
    await tour.page.evaluate(() => (location.hash = '#text=Hello&room=vector&vector=king'));
    await poll(() => tour.field.inputValue()).toBe('Hello');
    await tour.useFixture('qwen2');
    await poll(room).toBe('vector');
    const field = tour.section('vector').locator('#vector-expression input, input#vector-expression');
    await poll(() => field.inputValue()).toBe('king');
  });
});
