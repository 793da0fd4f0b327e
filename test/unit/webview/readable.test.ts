import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test, vi } from 'vitest';
import type { HeadSource } from '../../../src/shared/attention';
import { defaultView } from '../../../src/shared/kept';
import { AblatedPart } from '../../../src/webview/attention/ablation';
import { CompareLine } from '../../../src/webview/attention/compare';
import { sourcesTable } from '../../../src/webview/attention/head';
import { AnglesPicture } from '../../../src/webview/journey/angles';
import { lensCells, PositionsRow } from '../../../src/webview/journey/lens/grid';
import { tokensOf } from '../../../src/webview/lab/data';
import { pages as experiments } from '../../../src/webview/lab/experiments';
import { PointedValue } from '../../../src/webview/neighbours/compact';
import { Nearest } from '../../../src/webview/nextToken/nearest';
import { PredictionTable } from '../../../src/webview/nextToken/predictions';
import { Table } from '../../../src/webview/parts/table';
import { namesOf } from '../../../src/webview/parts/vocabulary';
import { Facts } from '../../../src/webview/token/facts';
import { grid, headView, paris, london } from './attentions';
import { inspected, model, predicted, prediction, ranked, vocabularyOf, vocabularyToken } from './build';
import { entry, extremes } from './labResults';
import { act, full, journeys, sideBars } from './pages';

const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, '');

test('no page of the side bar has two buttons that stand out', () => {
  const outstanding = (html: string) => html.split('class="button primary"').length - 1;
  expect(sideBars().filter((html) => outstanding(html) > 1)).toEqual([]);
});

describe('tokens', () => {
  test('that one position raises are parted by commas', () => {
    const [source] = headView().sources;
    const raised = [paris, london].map((token) => ({ token, push: 1 }));
    const view = headView({ sources: [{ ...source!, raised }] });
    const html = renderToString(h(Table<HeadSource>, sourcesTable(view, full.text!)));
    expect(textOf(html)).toContain('·Paris, ·London');
  });

  test('in cells of the lens that may be cut alike are told apart by a title', () => {
    const names = namesOf(vocabularyOf([' capitalist', ' capitalism']));
    const html = [0, 1].map((id) =>
      renderToString(
        h(PositionsRow, {
          ...{ row: { layer: 1, after: 'layer', head: '0' }, index: 0, rows: 1, count: 1, lit: false, columns: [0] },
          ...{ columnWidth: 40, stop: null, onOpen: () => undefined },
          cell: lensCells({
            ...{ steps: [{ layer: 1, after: 'layer' }], columnWidth: 40, numbers: false, names, vocabulary: 2 },
            ...{ colouring: 'probability', chosen: undefined, isOpen: () => false, placeOf: String },
            cellAt: () => ({ top: [{ id, probability: 0.5 }], entropy: 1, rank: null, divergence: null }),
          }),
        }),
      ),
    );
    expect(html[0]).toContain('title="·capitalist"');
    expect(html[1]).toContain('title="·capitalism"');
  });

  test('under the mouse in the side bar keep their value where the name is cut', () => {
    const token = ranked(' incomprehensibilities', 3);
    const html = renderToString(h(PointedValue, { entry: token, metric: 'dot' }));
    expect(html).toMatch(
      /<span class="clip"><bdi class="token-text" title="·incomprehensibilities">.*<\/bdi><\/span> <span>/,
    );
  });

  test('nearest to h are said to be dim only where one is', () => {
    const note = 'Dim tokens are not among the ten best by dot product.';
    const lists = (cosine: string) => ({
      ...{ euclidean: [ranked('a', 1)], dot: [ranked('a', 1)] },
      cosine: [ranked(cosine, cosine === 'a' ? 1 : 2)],
    });
    const drawn = (cosine: string) => {
      const made = prediction([], { nearest: lists(cosine) });
      return renderToString(h(Nearest, { prediction: made, at: made.lengths.actual, chosen: undefined, act }));
    };
    expect(drawn('b')).toContain(note);
    expect(drawn('a')).not.toContain(note);
  });
});

test('the rest of the vocabulary has a row where there is one', () => {
  const top = [predicted('a', 1, 0.6, 1), predicted('b', 2, 0.4, 2)];
  const drawn = (vocabulary: number) =>
    textOf(
      renderToString(
        h(PredictionTable, {
          ...{ prediction: prediction(top), vocabulary, chosen: undefined, hide: false, act },
          ...{ comparison: { pushed: null, against: null, onCompare: vi.fn() }, continues: undefined },
        }),
      ),
    );
  expect(drawn(2)).not.toContain('other');
  expect(drawn(3)).toContain('1 other');
  expect(drawn(9)).toContain('7 others');
});

test('a second run and a comparison are ended by the same kind of button', () => {
  const ablation = { part: { kind: 'head', layer: 1, head: 0 }, by: 'zero', result: null } as const;
  const attention = { ...full.attention, grid: grid({ against: london }) };
  const state = { ...full, ablation, attention, against: london.id };
  const formOf = (html: string, label: string) =>
    new RegExp(`<([\\w-]+)[^>]*class="([^"]*)"[^>]*>${label}<`).exec(html)?.slice(1);
  const ended = formOf(renderToString(h(AblatedPart, { ablation, state, act })), 'End the second run');
  expect(ended?.[0]).toBe('button');
  expect(formOf(renderToString(h(CompareLine, { state, act })), 'End the comparison')).toEqual(ended);
});

test('an angle beside the axis has an arrow towards its place, on a ground that hides the lines behind', () => {
  const rows = { residuals: journeys.followed.residualSize.length, lit: null, onLight: vi.fn(), onClickLayer: vi.fn() };
  const html = renderToString(h(AnglesPicture, { journey: journeys.followed, width: 120, rows, chosen: undefined }));
  expect(html).toMatch(/class="beside-axis"[^>]*>.*<title>0°, outside the axis<\/title>← 0°</);
});

describe('sizes that are almost equal', () => {
  const sizes = {
    ...model.sizes,
    smallest: vocabularyToken('a', 1, 1.031),
    largest: vocabularyToken('b', 2, 1.0351),
  };

  test('have the same digits in the facts of a token as elsewhere', () => {
    const html = renderToString(h(Facts, { token: vocabularyToken('c', 3, 1.03312), model: { ...model, sizes } }));
    expect(html).toContain('>1.0331<');
  });

  test('are said to be so once, by the finding of the lab', () => {
    const state = { ...inspected(['a']), model: { ...model, sizes } };
    const result = extremes({ longest: [entry(2, 1.0351)], shortest: [entry(1, 1.031)] });
    const context = { name: 'extremes', summary: '', tokenOf: tokensOf(state), chosen: undefined } as const;
    const html = renderToString(
      h(experiments.extremes.Result, { result, context: { ...context, state, view: defaultView, act } }),
    );
    expect(html).not.toContain('equally large');
  });
});
