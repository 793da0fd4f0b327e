import { mkdir } from 'node:fs/promises';
import puppeteer, { type Browser, type Frame } from 'puppeteer-core';
import { findOrInstallFirefox } from '../../scripts/editor/firefox.mjs';
import { packageForWeb, type PackagedWeb, type WebEditorKind } from '../../scripts/editor/packagedWeb.mjs';
import { isOurs } from '../../scripts/test/logs.mjs';
import { defaultModel } from '../../src/shared/defaultModel';
import { fromRoot } from '../bench/inputs';
import { passes, print, type Check } from '../bench/measure';
import reference from '../fixtures/reference.json';
import { FirefoxWindow } from './firefoxWindow';

// `npm run verify -- firefox`: the packaged extension in Firefox, on a page that is
// cross-origin isolated and on one that is not. Inspects a text through the user interface and compares the predictions
// that the panel shows with numbers of an independent implementation in float64. Ends with 1 where a check fails. Takes
// about two minutes.

const text = 'The capital of France is';
const expected = reference.runs.find((run) => run.text === text)?.['top 20, last position'] ?? [];
const quantities = ['probability', 'logit', 'size', 'cosine'] as const;
/** Largest relative difference, as in the tours in Chromium. */
const tolerance = 5e-5;

const editors: Readonly<Record<WebEditorKind, string>> = {
  isolated: 'VS Code for the Web, cross-origin isolated',
  plain: 'code-server, not isolated',
};

const pictures = fromRoot('test/output/');

interface ShownPrediction {
  readonly id: number;
  /** In the order of `quantities`. */
  readonly values: readonly number[];
}

const shownPredictions = (panel: Frame): Promise<ShownPrediction[]> =>
  panel.$$eval(
    'section[data-section="next-token"] .prediction-table [data-rank]',
    (rows, names) =>
      rows.map((row) => ({
        id: Number(row.getAttribute('data-id')),
        values: names.map((name) => Number(row.querySelector(`.${name}`)?.getAttribute('data-value') ?? NaN)),
      })),
    quantities,
  );

function comparePredictions(shown: readonly ShownPrediction[]): Check[] {
  const inPlace = expected.filter(({ id }, rank) => shown[rank]?.id === id).length;
  const apart = expected.flatMap((truth, rank) =>
    quantities.map((name, i) => Math.abs((shown[rank]?.values[i] ?? NaN) / truth[name] - 1)),
  );
  const largest = Math.max(...apart);
  return [
    [
      'predicted tokens in the order of the reference',
      String(expected.length),
      String(inPlace),
      inPlace === expected.length && expected.length > 0,
    ],
    [
      `largest relative difference of ${quantities.join(', ')}`,
      `≤ ${tolerance}`,
      largest.toExponential(1),
      largest <= tolerance,
    ],
  ];
}

/** Tokens in the panel that are drawn only in part: Firefox cuts a text that reaches into the padding of its box. */
const cutTokens = (panel: Frame): Promise<number> =>
  panel.$$eval(
    '.chip-box',
    (boxes) =>
      boxes.filter((box) => {
        const padding = Number.parseFloat(getComputedStyle(box).paddingRight);
        const right = box.querySelector('.token-text')?.getBoundingClientRect().right ?? NaN;
        return !(right <= box.getBoundingClientRect().right - padding + 0.1);
      }).length,
  );

/** Sliders that look as the browser draws them, and not as the panel's style says. */
async function unstyledSliders(panel: Frame): Promise<number> {
  await panel.waitForSelector('.slider');
  return panel.$$eval(
    '.slider',
    (sliders) => sliders.filter((slider) => getComputedStyle(slider, '::-moz-range-track').height !== '1px').length,
  );
}

/** Names of the files in the browser's storage for the page. */
const storedFiles = (window: FirefoxWindow): Promise<string[]> =>
  window.page.evaluate(async () => {
    const models = await (await navigator.storage.getDirectory()).getDirectoryHandle('models', { create: true });
    const names: string[] = [];
    for await (const name of models.keys()) names.push(name);
    return names;
  });

async function tour(browser: Browser, url: string, kind: WebEditorKind): Promise<Check[]> {
  const window = await FirefoxWindow.open(browser, url);
  try {
    await window.selectText(text);
    const start = performance.now();
    await window.runCommand('Inspect Selection with Vectorscope');
    await window.agreeToDownload();
    const panel = await window.panel();
    print(
      `From the command to the result, with the model fetched: ${((performance.now() - start) / 1000).toFixed(1)} s`,
    );
    await panel.click('[role="tab"][data-room="text"]');
    await panel.waitForSelector('.chip-box');
    const cut = await cutTokens(panel);
    // The panel opens with the point's position.
    const last = '.chip[data-token-index="4"]';
    await panel.click(last);
    await panel.waitForSelector(`${last}[aria-selected="true"]`);
    await panel.click('[role="tab"][data-room="prediction"]');
    await panel.waitForSelector('.prediction-table [data-rank]');
    const shown = await shownPredictions(panel);
    const unstyled = await unstyledSliders(panel);
    const menu = await window.menu();
    const said = (name: string) =>
      menu
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2)
        .replaceAll('\n', '. ') ?? '';
    const threads = Number.parseInt(said('Threads'), 10);
    for (const name of ['Backend', 'Threads', 'Memory']) print(`${name}: ${said(name)}`);
    const processors = await window.page.evaluate(() => navigator.hardwareConcurrency);
    const wanted = kind === 'isolated' && processors > 1 ? 2 : 1;
    const isKept = (await storedFiles(window)).includes(`${defaultModel.sha256}.whole`);
    const ours = window.errors.filter(isOurs);
    for (const error of ours) print(error);
    await window.page.screenshot({ path: `${pictures}firefox-${kind}.png` });
    const none = (what: string, found: number): Check => [what, '0', String(found), found === 0];
    return [
      ...comparePredictions(shown),
      ['host', 'the browser', said('Host').split('.')[0] ?? '', said('Host').startsWith('the browser')],
      ['threads', `≥ ${wanted}`, String(threads), threads >= wanted],
      ['backend', 'WASM or WebGPU', said('Backend').split(/[. ]/)[0] ?? '', /^(WASM|WebGPU)\b/.test(said('Backend'))],
      ['model kept whole in the browser’s storage', 'yes', isKept ? 'yes' : 'no', isKept],
      none('tokens of the text that are cut short', cut),
      none('sliders without the style of the panel', unstyled),
      none('errors thrown by the extension', ours.length),
    ];
  } catch (error) {
    await window.page.screenshot({ path: `${pictures}firefox-${kind}-failed.png` });
    throw error;
  }
}

/** Each editor has a browser of its own, so that each fetches the model into an empty storage. */
async function checksIn(kind: WebEditorKind, packaged: PackagedWeb, executablePath: string): Promise<Check[]> {
  const editor = await packaged.start(kind);
  try {
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath,
      headless: true,
      defaultViewport: { width: 1400, height: 900 },
    });
    try {
      print(`\n${editors[kind]}, in ${await browser.version()}`);
      return await tour(browser, editor.url, kind);
    } finally {
      await browser.close();
    }
  } finally {
    await editor.stop();
  }
}

await mkdir(pictures, { recursive: true });
const executable = await findOrInstallFirefox();
const packaged = await packageForWeb();
let isWell = true;
for (const kind of Object.keys(editors) as WebEditorKind[]) {
  const checks = await checksIn(kind, packaged, executable).catch((error: unknown): Check[] => [
    ['the tour', 'comes to its end', error instanceof Error ? error.message : String(error), false],
  ]);
  isWell = passes(checks) && isWell;
}
await packaged.remove();
process.exit(isWell ? 0 : 1);
