// A reporter of Vitest that writes to the file in VECTORSCOPE_REPORT what `npm test` counts.
import { writeFile } from 'node:fs/promises';
import { reportOf } from './vitestReport.mjs';

/** @implements {Pick<import('vitest/node').Reporter, 'onInit' | 'onTestRunEnd'>} */
export default class {
  #root = '';

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.#root = vitest.config.root;
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { readonly message: string }[]} errors
   */
  async onTestRunEnd(modules, errors) {
    const file = process.env.VECTORSCOPE_REPORT;
    if (!file) throw new Error('VECTORSCOPE_REPORT names no file for the report.');
    await writeFile(file, JSON.stringify(reportOf(modules, errors, this.#root)));
  }
}
