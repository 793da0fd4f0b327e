import type { Locator } from 'playwright-core';
import { escaped, type Workbench } from './workbench';

/** The list of models in the side bar. */
export class ModelsView {
  private constructor(private readonly workbench: Workbench) {}

  /** Opens it, alone: a list draws only the rows that there is room for. */
  static async open(workbench: Workbench): Promise<ModelsView> {
    const view = new ModelsView(workbench);
    await workbench.runCommand('Vectorscope: Focus on Models View');
    for (const other of ['Token', 'Inspections']) await view.#paneOf(other).locator('.pane-header').click();
    return view;
  }

  get pane(): Locator {
    return this.#paneOf('Models');
  }

  get rows(): Locator {
    return this.pane.locator('.monaco-list-row');
  }

  row(name: string): Locator {
    return this.rows.filter({
      has: this.workbench.page.locator('.label-name', { hasText: new RegExp(`^${escaped(name)}$`) }),
    });
  }

  /** Its row once it is the chosen one. */
  inUse(name: string): Locator {
    return this.row(name).and(this.workbench.page.locator('[aria-label*=", in use"]'));
  }

  /** Begins to load a model by a click. A click on the one that is in use already changes nothing. */
  async choose(name: string): Promise<void> {
    await this.row(name).click();
    await this.inUse(name).waitFor();
  }

  #paneOf(view: string): Locator {
    const { page } = this.workbench;
    return page.locator('.pane').filter({ has: page.locator(`.pane-header[aria-label^="${view} "]`) });
  }
}
