import { describe, expect, it } from 'vitest';
import { ownBuffers, GpuRelay } from '../../../../src/extension/backend/relay';
import type { GpuDown, GpuUp } from '../../../../src/shared/gpu';

function setUp() {
  const page = { got: [] as GpuDown[], post: (message: GpuDown) => void page.got.push(message) };
  const engine: GpuUp[] = [];
  const answer = (message: GpuUp) => void engine.push(message);
  const relay = new GpuRelay();
  relay.pageCame(page.post);
  return { page, engine, answer, relay };
}

const data = { t: 'q', i: 'a', m: 'run', a: [5, Float32Array.of(1, 2)] };
const start = (session: string) => ({ session, kind: 'start' }) as const;
const end = (session: string) => ({ session, kind: 'end' }) as const;
const said = (session: string, what: unknown = data) => ({ session, kind: 'data', data: what }) as const;

describe('between the engine and the page', () => {
  it('messages go both ways as they are', () => {
    const { page, engine, answer, relay } = setUp();
    relay.fromEngine(start('0'), answer);
    relay.fromEngine(said('0'), answer);
    relay.fromPage(said('0', { t: 's' }));
    relay.fromEngine(end('0'), answer);
    expect(page.got).toEqual([start('0'), said('0'), end('0')]);
    expect(engine).toEqual([said('0', { t: 's' })]);
  });

  it('the engine hears at once that there is no page, and nothing reaches one that comes later', () => {
    const { page, engine, answer, relay } = setUp();
    relay.pageGone();
    relay.fromEngine(start('3'), answer);
    expect(engine).toEqual([{ session: '3', kind: 'ended', why: 'no-page' }]);
    relay.pageCame(page.post);
    relay.fromEngine(said('3'), answer);
    relay.engineEnded();
    relay.pageGone();
    expect([page.got, engine.length]).toEqual([[], 1]);
  });

  it('the engine hears once that the page is gone, and can start anew in the next', () => {
    const { page, engine, answer, relay } = setUp();
    relay.fromEngine(start('0'), answer);
    relay.pageGone();
    relay.pageGone();
    relay.fromPage(said('0'));
    expect(engine).toEqual([{ session: '0', kind: 'ended', why: 'page-gone' }]);
    relay.pageCame(page.post);
    relay.fromEngine(start('1'), answer);
    relay.fromPage(said('1'));
    expect(engine.slice(1)).toEqual([said('1')]);
    expect(page.got).toEqual([start('0'), start('1')]);
  });

  it('what is still on its way when another was started is taken for nobody else’s', () => {
    const { page, engine, answer, relay } = setUp();
    relay.fromEngine(start('0'), answer);
    relay.fromEngine(end('0'), answer);
    relay.fromEngine(start('1'), answer);
    relay.fromPage(said('0'));
    relay.fromPage({ session: '0', kind: 'ended', why: 'failed' });
    relay.fromEngine(end('0'), answer);
    relay.fromPage(said('1'));
    expect([page.got, engine]).toEqual([[start('0'), end('0'), start('1')], [said('1')]]);
  });

  it('the worker that failed is not ended again, and one whose engine has ended is', () => {
    const { page, engine, answer, relay } = setUp();
    relay.fromEngine(start('0'), answer);
    relay.fromPage({ session: '0', kind: 'ended', why: 'failed' });
    relay.engineEnded();
    expect([page.got, engine]).toEqual([[start('0')], [{ session: '0', kind: 'ended', why: 'failed' }]]);
    relay.fromEngine(start('1'), answer);
    relay.engineEnded();
    relay.fromPage(said('1'));
    expect([page.got.at(-1), engine.length]).toEqual([end('1'), 1]);
  });
});

describe('typed arrays that are views on more', () => {
  const whole = new ArrayBuffer(64);
  const floats = new Float32Array(whole, 8, 3).fill(1.5);

  it('get a buffer of their own length, with the same values and kind', () => {
    const long = new BigInt64Array(whole, 24, 1).fill(-7n);
    const { a } = ownBuffers({ t: 'q', a: [5, { floats }, long, Buffer.from(whole, 8, 4)] }) as {
      a: [number, { floats: Float32Array }, BigInt64Array, Uint8Array];
    };
    expect([a[0], a[1].floats, a[2]]).toEqual([5, Float32Array.of(1.5, 1.5, 1.5), BigInt64Array.of(-7n)]);
    expect([a[1].floats, a[2], a[3]].map(({ buffer }) => buffer.byteLength)).toEqual([12, 8, 4]);
    expect([Object.getPrototypeOf(a[3]) === Uint8Array.prototype, [...a[3]]]).toEqual([true, [0, 0, 192, 63]]);
  });

  it('and nothing else is copied', () => {
    const own = Float32Array.of(1);
    const message = { own, whole, none: null, missing: undefined, text: 'a', flag: true };
    expect(ownBuffers(message)).toEqual(message);
    expect((ownBuffers(message) as typeof message).own).toBe(own);
    expect((ownBuffers(message) as typeof message).whole).toBe(whole);
  });
});
