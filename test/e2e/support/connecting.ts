import { modelStatus } from './modelStatus';
import type { ModelsView } from './modelsView';
import type { Workbench } from './workbench';

/** What a person types in the steps of *Connect to a Server…*. */
export interface Typed {
  readonly address: string;
  readonly key: string;
  /** Part of a row of the third step: the name of a known model, or `None`. */
  readonly matrices: string;
}

/** The steps' list, while it is open. */
export const choices = ({ page }: Workbench) => page.locator('.quick-input-widget:not([style*="display: none"])');

export const stepInput = (workbench: Workbench) => choices(workbench).locator('input').first();

/** Resolves once a step is there. */
export const stepIs = ({ page }: Workbench, step: '1/3' | '2/3' | '3/3'): Promise<void> =>
  page
    .locator('.quick-input-title')
    .filter({ hasText: `Connect to a Server… (${step})` })
    .waitFor();

/** Goes through the steps. The answer to the last begins the connection. */
export async function connectTo(workbench: Workbench, models: ModelsView, typed: Typed): Promise<void> {
  const { page } = workbench;
  await models.row('Connect to a Server…').click();
  for (const [step, text] of [
    ['1/3', typed.address],
    ['2/3', typed.key],
    ['3/3', typed.matrices],
  ] as const) {
    await stepIs(workbench, step);
    await stepInput(workbench).fill(text);
    await page.keyboard.press('Enter');
  }
}

/** Chooses another model and takes the server's row off the list, which all windows of this machine share. */
export async function disconnect(
  workbench: Workbench,
  models: ModelsView,
  place: string,
  other: string,
): Promise<void> {
  const { page } = workbench;
  // A row that is unfolded has its address in a row below it.
  const ofServer = models.rows.and(page.locator('[aria-level="1"]')).filter({ hasText: place });
  await models.row(other).filter({ hasNotText: place }).click();
  await models.inUse(other).filter({ hasNotText: place }).waitFor();
  // The end of the load draws the rows, which closes an open menu.
  await modelStatus(workbench)
    .filter({ hasNotText: /loading|running/ })
    .waitFor();
  // The hover of the row above covers this one.
  await page.mouse.move(1, 1);
  await page.locator('.monaco-hover:not(.hidden)').waitFor({ state: 'detached' });
  await ofServer.click({ button: 'right' });
  // The editor ignores a click that comes as the menu opens.
  await page.getByRole('menuitem', { name: 'Remove from List', exact: true }).hover();
  await page.keyboard.press('Enter');
  await ofServer.waitFor({ state: 'detached' });
}
