import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Locator } from 'playwright-core';

/** The rules whose outcome a theme changes: those that look at colours. */
export const colourRules = ['color-contrast', 'link-in-text-block'];

/** Later rows of the tables behind the pictures: thousands of cells, and all like those of the first rows. */
const alike = ['.behind-box tbody tr:nth-child(n+5)'];

/**
 * What axe-core finds wrong with a page, or with these parts of it, by these rules, or by all that it has on: one entry
 * a rule and element. `main` is any element of the page.
 */
export async function violations(
  main: Locator,
  rules?: readonly string[],
  parts?: readonly string[],
): Promise<string[]> {
  const frame = await (await main.elementHandle())?.ownerFrame();
  if (!frame) throw new Error('The page is gone.');
  const options: RunOptions = { resultTypes: ['violations'], ...(rules && { runOnly: [...rules] }) };
  // As an expression of the debugger: the page's policy allows no script but its own. Half a megabyte, once a page.
  if (!(await frame.evaluate<boolean>("'axe' in window"))) await frame.evaluate(axe.source);
  const context = { exclude: alike, ...(parts && { include: parts }) };
  const run = `axe.run(${JSON.stringify(context)}, ${JSON.stringify(options)})`;
  const { violations: found } = await frame.evaluate<AxeResults>(run);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
  );
}
