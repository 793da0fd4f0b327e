import axe, { type AxeResults } from 'axe-core';
import type { Locator } from 'playwright-core';

/**
 * What axe-core finds wrong with a page, by all the rules that it has on: one entry a rule and element. `main` is any
 * element of the page.
 */
export async function violations(main: Locator): Promise<string[]> {
  const frame = await (await main.elementHandle())?.ownerFrame();
  if (!frame) throw new Error('The page is gone.');
  // As an expression of the debugger: the page's policy allows no script but its own.
  await frame.evaluate(axe.source);
  const { violations: found } = await frame.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
  );
}
