import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeChatModel } from '../unit/support/chatModel';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

const conversation = JSON.stringify([
  { role: 'user', content: 'What ends a turn?\nIs it <|im_end|>?' },
  { role: 'assistant', content: 'Yes, it is.' },
]);

describe('a conversation, as the template of the default model renders it', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared({ text: conversation })));

  const tokens = () => tour.section('tokens');
  const roles = () => tokens().locator('.band-name .band-role').allTextContents();

  it('has a band for every message, and a sentence about what its content spells', async () => {
    await tour.open('tokens');
    await tokens().getByRole('checkbox', { name: 'As chat' }).check();
    await expect.poll(roles).toEqual(['template', 'user', 'assistant', 'assistant']);
    await tour.panelIs('ready');
    const finding = tokens().locator('.chat-finding').filter({ hasText: 'spells' });
    expect(await finding.textContent()).toContain('Message 1 (user) spells <|im_end|> (first: token ');
    await finding.getByRole('button').click();
    const chosen = tokens().locator('.chip[aria-selected="true"]');
    await expect.poll(() => chosen.textContent()).toContain('<|im_end|>');
    expect(await chosen.getAttribute('class')).not.toContain('templates');
    expect(await tokens().locator('.chip.templates').first().textContent()).toContain('<|im_start|>');
    // The mark in the document stands on the same characters.
    await expect.poll(() => tour.page.locator('#marks .chosen').textContent()).toBe('<|im_end|>');
  });

  it('follows the cursor in a content, and marks nothing between contents', async () => {
    await tour.field.evaluate((area: HTMLTextAreaElement, at) => {
      area.focus();
      area.setSelectionRange(at, at);
    }, conversation.indexOf('Yes'));
    const chosen = tokens().locator('.chip[aria-selected="true"]');
    await expect.poll(() => chosen.textContent()).toContain('Yes');
    expect(await tour.page.locator('#marks .token').allTextContents()).not.toContain('role');
  });

  it('sums the surprisal by message, and runs again without asking for an answer', async () => {
    const rows = tokens().locator('.chat-surprisal tbody tr');
    expect(await rows.locator('th, td:first-child').allTextContents()).toEqual([
      'message 1, user',
      'message 2, assistant',
      'answers with their ends',
    ]);
    await tokens().getByRole('checkbox', { name: 'Ask for an answer' }).uncheck();
    await expect.poll(roles).toEqual(['template', 'user', 'assistant']);
    await tokens().getByRole('textbox', { name: 'System message' }).fill('Be brief.');
    await tour.page.keyboard.press('Enter');
    await expect
      .poll(() => tokens().locator('.chip[data-token-index]').allTextContents())
      .toEqual(expect.arrayContaining([expect.stringContaining('brief')]));
    expect(await tokens().locator('.chip:not(.templates)').allTextContents()).toContainEqual(
      expect.stringContaining('brief'),
    );
    // The template writes its own system message only where there is none.
    expect(await roles()).toEqual(['system', 'user', 'assistant']);
    // The address has it all.
    expect(new URLSearchParams(new URL(tour.page.url()).hash.slice(1)).get('chat')).toContain('Be brief.');
  });

  it('goes on with predicted tokens, which the field does not get', async () => {
    await tokens().getByRole('checkbox', { name: 'Ask for an answer' }).check();
    await expect.poll(roles).toEqual(['system', 'user', 'assistant', 'assistant']);
    await tour.panelIs('ready');
    await tokens().locator('.chip[data-token-index]').last().click();
    await tour.open('next-token');
    const section = tour.section('next-token');
    await section.locator('.prediction-table .continue').first().click();
    await section.locator('.appended-tokens[data-value="1"]').waitFor();
    expect(await section.locator('.appended-tokens').textContent()).toContain('Added after your text');
    expect(await section.locator('.appended-tokens .button').allTextContents()).toEqual(['Remove Last']);
    await tour.open('tokens');
    await tokens().locator('.chip.appended[aria-selected="true"]').waitFor();
    expect(await tokens().locator('.chip.appended.templates').count()).toBe(0);
    expect(await tour.field.inputValue()).toBe(conversation);
  });
});

it('is said of a model without a template, and the tokens of before stay', async () => {
  const tour = await PanelPage.open({ fixture: 'llama-untied' });
  const tokens = await tour.open('tokens');
  const before = await tokens.locator('.chip').allTextContents();
  await tokens.getByRole('checkbox', { name: 'As chat' }).check();
  const main = await tour.panelIs('failed');
  expect(await main.textContent()).toContain(
    'The model file has no chat template, and Vectorscope does not guess one.',
  );
  expect(await tokens.locator('.chip').allTextContents()).toEqual(before);
  await tour.panelPicture('chat without a template');
  await tokens.getByRole('checkbox', { name: 'As chat' }).uncheck();
  await tour.panelIs('ready');
  await tour.close();
});

describe('a model with several templates', () => {
  /** A page with such a model, whose conversation is rendered or not. */
  async function pageWith(templates: Readonly<Record<string, string>>, first: 'ready' | 'failed') {
    const { path, folder } = writeChatModel(templates);
    const tour = await PanelPage.open({ text: 'Hi' });
    await tour.openModel(path);
    await tour.panelIs('ready');
    const tokens = await tour.open('tokens');
    await tokens.getByRole('checkbox', { name: 'As chat' }).check();
    await tour.panelIs(first);
    const menu = tokens.locator('.chat-options .menu-box');
    return {
      tour,
      button: menu.getByRole('button'),
      items: menu.getByRole('menuitemradio'),
      spelled: () => tokens.locator('.chip[data-token-index]').allTextContents(),
      async close() {
        await tour.close();
        rmSync(folder, { recursive: true });
      },
    };
  }
  const said = '{% for m in messages %}{{ m.content }}';

  it('lists them where none is the usual one, and after one that fails', async () => {
    const templates = { '.plain': `${said}{% endfor %}`, '.rag': '{{ raise_exception("No documents") }}' };
    const { tour, button, items, spelled, close } = await pageWith(templates, 'failed');
    expect(await button.textContent()).toBe('Choose a template');
    await button.click();
    expect(await items.allTextContents()).toEqual(['plain', 'rag']);
    await items.nth(1).click();
    await expect.poll(async () => (await tour.panelIs('failed')).textContent()).toContain('“No documents”');
    expect(await button.textContent()).toBe('Template: rag');
    await button.press('Enter');
    expect(await items.evaluateAll((all) => all.map((item) => item.ariaChecked))).toEqual(['false', 'true']);
    await tour.page.keyboard.press('Home');
    await tour.page.keyboard.press('Enter');
    await expect.poll(() => button.textContent()).toBe('Template: plain');
    await tour.panelIs('ready');
    expect((await spelled()).join('')).toContain('H');
    // The focus is still there for the next choice.
    await button.and(tour.panel.locator(':focus')).waitFor();
    await close();
  });

  it('has its usual one chosen', async () => {
    const { button, items, spelled, close } = await pageWith(
      { '': `${said}{% endfor %}`, '.loud': `${said}!{% endfor %}` },
      'ready',
    );
    expect(await button.textContent()).toBe('Template: default');
    await button.click();
    await items.filter({ hasText: 'loud' }).click();
    await expect.poll(async () => (await spelled()).join('')).toContain('!');
    expect(await button.textContent()).toBe('Template: loud');
    await close();
  });
});
