// A page of the editor in which an extension host runs the tests.

/** Others may be running tests beside these, and each kill that is asked for takes some seconds. */
const minutes = 15 + Number(process.env.VECTORSCOPE_KILLS ?? 0) / 10;

/** Small and at rest: what is drawn in it takes processors from the extension host, and no test there looks at it. */
export const quietPage = /** @type {const} */ ({ viewport: { width: 900, height: 600 }, reducedMotion: 'reduce' });

/**
 * @typedef {object} Run
 * @property {import('playwright-core').Page} page
 * @property {string} url
 * @property {Promise<void>} [exited] settles when the editor's server has ended
 * @property {() => string} [serverLog] its last lines
 *
 * @typedef {{ type: string, text: string }} Logged
 */

/**
 * Opens the page and waits until the tests have ended.
 * @param {Run} run
 * @returns {Promise<{ trouble?: string, logged: readonly Logged[] }>} what went wrong besides the tests, if anything,
 * and what the editor logged
 */
export async function runInPage({ page, url, exited, serverLog = () => '' }) {
  /** @type {Logged[]} */
  const logged = [];
  const code = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
  await page.exposeFunction(
    'codeAutomationLog',
    (/** @type {string} */ type, /** @type {unknown[]} */ args) => void logged.push({ type, text: args.join(' ') }),
  );
  await page.goto(url);
  const ends = [code, tooLate(), new Promise((resolve) => page.once('crash', () => resolve('the page crashed')))];
  if (exited) ends.push(exited.then(() => 'the server ended'));
  const ended = await Promise.race(ends);
  if (ended === 0) return { logged };
  const what = typeof ended === 'string' ? ended : `the extension host ended with code ${ended}`;
  const lastWords = [...logged.slice(-20).map(({ text }) => text), serverLog()];
  return {
    trouble: `The host tests did not come to their end: ${what}. The editor's last words:\n${lastWords.join('\n')}`,
    logged,
  };
}

/** @returns {Promise<string>} */
function tooLate() {
  return new Promise((resolve) => setTimeout(() => resolve(`${minutes} minutes passed`), minutes * 60_000).unref());
}
