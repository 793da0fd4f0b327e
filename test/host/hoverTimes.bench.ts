import type * as vscode from 'vscode';
import type { Token } from '../../src/shared/tokens';
import {
  activated,
  closeDocuments,
  command,
  configure,
  inspect,
  inspectSelection,
  longText,
  open,
  running,
  select,
} from './inspecting';
import { hoversAt, prefetched, unset } from './support/hovers';
import { print } from './support/results';
import { quantile } from './support/times';

const many = 100;

/** Pairs of letters, many of which are tokens of their own, so that no list of neighbours is known from another. */
const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
const pairs = letters.map((first) => letters.map((second) => first + second).join(' ')).join('\n');

/** How long hovers took, milliseconds. */
class Times {
  /** To provide. */
  readonly #own: number[] = [];
  /** With the editor's way to the provider and back. */
  readonly #whole: number[] = [];
  #withNeighbours = 0;

  get count(): number {
    return this.#own.length;
  }

  async measure(document: vscode.TextDocument, { start }: Pick<Token, 'start'>): Promise<void> {
    const { hoverTimes } = await activated();
    hoverTimes();
    const from = performance.now();
    const [hover] = await hoversAt(document, start);
    this.#whole.push(performance.now() - from);
    this.#own.push(...hoverTimes());
    const [content] = hover?.contents ?? [];
    if (typeof content === 'object' && content.value.includes('q·w')) this.#withNeighbours++;
  }

  print(what: string): void {
    const shares = (times: readonly number[]) =>
      `median ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`;
    print(
      `hover, ${what}: ${shares(this.#own)} to provide; ${shares(this.#whole)} with the editor's own part; neighbours on ${((100 * this.#withNeighbours) / this.count).toFixed(0)} % of ${this.count}`,
    );
  }
}

describe('the time of a hover', () => {
  afterEach(closeDocuments);
  for (const name of ['hover', 'tokenLimit']) afterEach(() => unset(name));

  /** Tokens that differ, in a document that is shown. The run is over soon: it is not what is measured. */
  async function different() {
    await configure('tokenLimit', 16);
    const document = await open(pairs);
    await select(document);
    const { text } = await inspectSelection();
    return { document, tokens: [...new Map(text?.tokens.map((token) => [token.id, token])).values()] };
  }

  it('one after the other without a rest', async () => {
    const { document, tokens } = await different();
    for (const what of ['nothing known before', 'once more']) {
      const times = new Times();
      for (const token of tokens.slice(0, many)) await times.measure(document, token);
      times.print(what);
    }
  });

  it('where the mouse rests before each as in a hand', async () => {
    const { document, tokens } = await different();
    await prefetched();
    const times = new Times();
    for (const token of tokens.slice(-many).toReversed()) {
      const fetched = prefetched();
      await times.measure(document, token);
      await fetched;
    }
    times.print('fetched beforehand');
  });

  it('in a line that is not inspected, where the cursor was a while', async () => {
    await inspect('The');
    await configure('hover', 'always');
    const document = await open(pairs);
    const from = document.offsetAt(document.lineAt(3).range.start);
    await select(document, from + 12, from + 12);
    await prefetched();
    const times = new Times();
    for (let at = 0; at < document.lineAt(3).text.length; at += 3) await times.measure(document, { start: from + at });
    times.print('fetched beforehand for a line');
  });

  it('while 256 tokens run', async () => {
    await configure('tokenLimit', 256);
    const { panelState } = await activated();
    const times = new Times();
    for (let round = 0; times.count < many; round++) {
      const text = longText(1000 + 31 * round);
      const document = await open(text);
      await select(document);
      const done = command();
      await running(text);
      for (const token of panelState().text?.tokens ?? []) {
        if (panelState().run || times.count === many) break;
        await times.measure(document, token);
      }
      await done;
    }
    times.print('while 256 tokens run');
  });
});
