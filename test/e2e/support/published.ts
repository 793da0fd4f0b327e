import { expect } from 'vitest';
import type { Truth } from '../../unit/support/truth';
import type { Workbench } from './workbench';

/**
 * Waits until the panel shows so many tokens, and after the last one the likeliest token as probable as the published
 * model has it.
 */
export async function predictsAsPublished(workbench: Workbench, tokens: number, { at }: Truth): Promise<void> {
  await workbench.panelIs('ready');
  // What is shown may still be that of the text before.
  await expect.poll(async () => (await workbench.open('tokens')).locator('[data-token-index]').count()).toBe(tokens);
  await (await workbench.open('tokens')).locator('[data-token-index]').last().click();
  const logits = at(tokens - 1);
  const largest = Math.max(...logits);
  const probability = 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  const shown = (await workbench.open('next-token')).locator('.prediction-table [data-rank="1"] .probability').first();
  await expect.poll(async () => Number(await shown.getAttribute('data-value'))).toBeCloseTo(probability, 5);
}
