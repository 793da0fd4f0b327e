import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultModel } from '../../src/shared/defaultModel';
import { modelPath } from '../unit/support/engine';
import { reference } from '../unit/support/reference';
import { webEditor } from './support/editors';
import { modelStatus } from './support/modelStatus';
import { startProxy, type Proxy } from './support/proxy';
import { downloadButton, Workbench } from './support/workbench';

const text = 'The capital of France is';
const likeliest = reference.runs.find((run) => run.text === text)?.['top 20, last position'][0];
const { bytes, path } = defaultModel;
const megabytes = (count: number): string => `${Math.round(count / 1e6)} MB`;

/**
 * The model on its way into a browser, over a server that fails as a test wants it to. One window, in the order in
 * which a person would go on.
 */
describe('fetching the model', () => {
  let proxy: Proxy;
  let workbench: Workbench;
  beforeAll(async () => {
    proxy = await startProxy(webEditor().origin, modelPath, path);
    workbench = await Workbench.open({ origin: proxy.origin });
    return async () => {
      await workbench.close();
      await proxy.stop();
    };
  });
  beforeEach(({ task, onTestFailed }) => {
    proxy.answers.length = proxy.faults.length = 0;
    onTestFailed(() => workbench.failed(task.name));
  });

  const inspect = async (window = workbench) => {
    await window.selectText(text);
    await window.runCommand('Inspect Selection with Vectorscope');
  };
  const inspectAndAgree = async (window = workbench) => {
    await inspect(window);
    await window.agreeToDownload();
  };
  const question = () => workbench.notifications.filter({ hasText: 'Vectorscope needs the model' });
  const notice = (kind: string, window = workbench) =>
    window.panel.locator(`.notice[data-notice="${kind}"] .notice-text`);
  const fetching = (megabytes: number, window = workbench) =>
    notice('working', window)
      .filter({ hasText: `: ${megabytes} MB of 98 MB` })
      .waitFor();
  const failure = async () => {
    await workbench.panelIs('failed');
    return notice('failed').textContent();
  };
  const press = (name: string) => workbench.panel.locator('.notice').getByRole('button', { name }).click();
  const numbersAreRight = async (window = workbench) => {
    await window.panelIs('ready');
    const first = (await window.open('next-token')).locator('.prediction-table [data-rank="1"]');
    await (await window.open('tokens')).locator('[data-token-index]').last().click();
    const value = async (name: string) => Number(await first.locator(`.${name}`).first().getAttribute('data-value'));
    await expect.poll(() => first.locator('bdi').textContent()).toBe('·Paris');
    for (const name of ['probability', 'logit', 'size', 'cosine'] as const)
      expect((await value(name)) / (likeliest?.[name] ?? NaN), name).toBeCloseTo(1, 4);
  };
  /** Where the answers began in the file. */
  const starts = () => proxy.answers.map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]));
  const clear = async () => {
    await workbench.runCommand('Vectorscope: Clear Inspection');
    await workbench.panelIs('empty');
    await workbench.runCommand('Vectorscope: Unload Model');
    await modelStatus(workbench).waitFor({ state: 'hidden' });
  };
  /**
   * Ends the engine's worker and empties the browser's storage, as it is in a browser that has never seen the
   * extension.
   */
  const startAnew = async () => {
    await clear();
    const isEmpty = () =>
      workbench.page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        try {
          await root.removeEntry('models', { recursive: true });
        } catch (error) {
          if (error instanceof DOMException && error.name === 'NoModificationAllowedError') return false;
          throw error;
        }
        return true;
      });
    // A worker that was ended lets go of its file a moment later.
    await expect.poll(isEmpty).toBe(true);
  };
  const stored = () =>
    workbench.page.evaluate(async () => {
      const models = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
      const names: string[] = [];
      for await (const name of models.keys()) names.push(name);
      return names;
    });

  it('says that the line broke, has the rest sent alone when it is tried again, and predicts what the model predicts', async () => {
    let goOn = () => {};
    proxy.faults.push({ cutAt: 60e6 }, { stallAt: 70e6, until: new Promise((resolve) => (goOn = resolve)) });
    await inspectAndAgree();
    const said = await failure();
    await press('Try again');
    await fetching(70);
    const [first, second] = starts();
    expect(first).toBe(0);
    // The browser gives away what it had not yet handed on.
    expect(second).toBeGreaterThan(50e6);
    expect(second).toBeLessThanOrEqual(60e6);
    expect(said).toContain(`The connection broke after ${megabytes(second ?? NaN)} of 98 MB`);
    goOn();
    await numbersAreRight();
  });

  it('refuses what is not the model, keeps none of it, and fetches it anew', async () => {
    await startAnew();
    proxy.faults.push({ changedAt: 50e6 });
    await inspectAndAgree();
    expect(await failure()).toMatch(
      /^The downloaded model has the SHA-256 \w{12}…, expected b179c9523d0e….* was not kept\. Try again to download it again\.$/,
    );
    expect(await stored()).toEqual([]);
    await press('Try again');
    await numbersAreRight();
    expect(proxy.answers.map(({ sent }) => sent)).toEqual([bytes, bytes]);
  });

  it('is done by one window for two, and by the other one when that is closed', async () => {
    await startAnew();
    let goOn = () => {};
    proxy.faults.push({ stallAt: 30e6 }, { stallAt: 60e6, until: new Promise((resolve) => (goOn = resolve)) });
    await inspectAndAgree();
    await fetching(30);
    const other = await Workbench.open({ origin: proxy.origin, beside: workbench });
    await inspectAndAgree(other);
    await fetching(30, other);
    await workbench.reload();
    await fetching(60, other);
    // The panel that comes back with its window asks nothing and joins nothing by itself.
    await workbench.panelIs('not-downloaded');
    expect(await question().count()).toBe(0);
    await workbench.panelPicture('download-restored');
    await press(downloadButton);
    await fetching(60);
    goOn();
    await numbersAreRight();
    await numbersAreRight(other);
    expect(starts()).toEqual([0, 30e6]);
    await other.close();
  });
});
