import { readFile } from 'node:fs/promises';
import type { Request, Route } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { modelPath } from '../unit/support/engine';
import { reference } from '../unit/support/reference';
import { Workbench } from './support/workbench';

const text = 'The capital of France is';
const run = reference.runs.find((one) => one.text === text);

/** The extension in the browser's own extension host: no Node, the engine in a Web Worker, the model fetched and kept by the browser. */
describe('in a browser', () => {
  let workbench: Workbench;
  /** Where each fetch of the model began: the header `Range`. */
  let fetches: (string | undefined)[];

  beforeEach(async ({ task }) => {
    // A browser of its own, whose storage is empty.
    workbench = await Workbench.open({ host: 'web' });
    fetches = [];
    workbench.page.on('request', (request) => isModel(request) && fetches.push(request.headers()['range']));
    return async () => {
      if (task.result?.state === 'fail') await workbench.picture(`failed: ${task.name}`);
      await workbench.close();
    };
  });

  const isModel = (request: Request) => request.url().includes('.gguf');
  const inspect = async () => {
    await workbench.focusEditor();
    await workbench.selectText(text);
    await workbench.runCommand('Vectorscope: Inspect Selection');
  };
  const parisComesFirst = async () => {
    await workbench.panelIs('ready');
    const first = workbench.section('next-token').locator('.prediction-table [data-rank="1"]');
    expect(await first.locator('bdi').textContent()).toBe('·Paris');
    const [, , probability] = run?.['top 3 [position]'].at(-1)?.[0] ?? [];
    expect(Number(await first.locator('.probability').first().getAttribute('data-value'))).toBeCloseTo(Number(probability), 5);
  };
  /** Answers the next fetch of the model, and no other, with these bytes as if they were the first of so many. */
  const answerOnce = (bytes: Buffer, total: number) =>
    workbench.page.context().route(
      (url) => url.href.includes('.gguf'),
      (route: Route) => route.fulfill({ status: 206, headers: { 'content-range': `bytes 0-${bytes.length - 1}/${total}` }, body: bytes }),
      { times: 1 },
    );

  it('fetches the model once, and predicts what it predicts elsewhere', async () => {
    await inspect();
    await parisComesFirst();
    await workbench.picture('web');
    expect(fetches).toEqual(['bytes=0-']);
    await workbench.reload();
    await inspect();
    await parisComesFirst();
    expect(fetches).toHaveLength(1);
  });

  it('says that the line broke, and fetches the rest when it is asked again', async () => {
    await answerOnce(await beginning(4_000_000), 98_362_432);
    await inspect();
    expect(await (await workbench.panelIs('failed')).textContent()).toContain('the line broke after 4 MB of 98 MB');
    await inspect();
    await parisComesFirst();
    // This server sends the whole file whatever is asked for.
    expect(fetches).toEqual(['bytes=0-', 'bytes=4000000-']);
  });
});

const beginning = async (bytes: number): Promise<Buffer> => (await readFile(modelPath)).subarray(0, bytes);
