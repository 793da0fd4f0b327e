import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectServer } from '../../../../src/engine/servers/connect';
import { usualWaits, type Waits } from '../../../../src/engine/servers/http';
import type { ModelServer } from '../../../../src/engine/servers/modelServer';
import { FakeLlamaServer, type Fault } from '../../../servers/fakeLlamaServer';
import { smallModel } from '../../../servers/smallModel';
import { sampled } from '../../support/sample';

const text = 'Der Geheimtiger schläft';
const ids = [...Buffer.from(text)];
const key = 'k-0123456789-Schluessel';

/** For servers that fall silent. The others may take their time, as on a busy machine. */
const hasty: Waits = { ...usualWaits, greeting: 40, answer: 40, piece: 40, loading: 3, pause: 1 };
const patient: Waits = { ...usualWaits, loading: 3, pause: 1 };

/** What a careless server says of a request. */
const echoes = [
  text,
  `could not parse: last read: '${text.slice(0, 12)}'`,
  `invalid input ${JSON.stringify({ content: text })} in request`,
  text.toUpperCase(),
  `ids ${ids.join(' ')} are wrong`,
  `ids ${JSON.stringify(ids)}`,
  encodeURIComponent(text),
  JSON.stringify(text).replace('ä', '\\u00e4'),
  `wrong key ${key}`,
  'Something went wrong.\n    at main (server.cpp:12)',
  'x'.repeat(5000),
];

const share = fc.double({ min: 0, max: 0.99, noNaN: true });
const answer = (
  status: fc.Arbitrary<number>,
  headers: fc.Arbitrary<Record<string, string>>,
  body: fc.Arbitrary<string>,
) => fc.record({ kind: fc.constant('answer' as const), status, headers, body });
const none = fc.constant({});
const isSilent = ({ kind }: Fault): boolean => kind === 'silent' || kind === 'stalled';

const errorBody = fc.oneof(
  fc.constantFrom(...echoes).map((message) => JSON.stringify({ error: { message, code: 1 } })),
  fc.constantFrom(...echoes).map((message) => JSON.stringify({ detail: message })),
  fc.constantFrom(...echoes),
  fc.constantFrom('', '{', '{"error":{"message":5}}', '[]', 'null'),
);
const junk = fc.oneof(
  fc.constantFrom('', ' ', 'null', '[]', '{}', '5', '"a"', '{"tokens":5}', '[{"index":0}]', '[[[[', 'NaN', '\u0000'),
  fc.string({ maxLength: 40 }).map((one) => `<html>${one}</html>`),
  fc.constant('['.repeat(100_000)),
  fc.constant(`{"tokens":${'['.repeat(5000)}${']'.repeat(5000)}}`),
);

const wrong: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant<Fault>({ kind: 'silent' }),
  fc.constant<Fault>({ kind: 'reset' }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'stalled' as const), share }),
  fc.record({
    kind: fc.constant('endless' as const),
    piece: fc.constantFrom(' ', '[', '[1,', '1', '"', 'x', '{"a":', '[1],').map((one) => one.repeat(2 ** 14)),
  }),
  answer(fc.constantFrom(401, 403, 408, 409, 418, 500, 502, 504, 599), none, errorBody),
  answer(
    fc.constant(429),
    fc.constantFrom('7', '0', '-5', '100000', 'Wed, 21 Oct 2099 07:28:00 GMT', 'soon', '9'.repeat(40)).map((after) => ({
      'Retry-After': after,
    })),
    errorBody,
  ),
  answer(fc.constant(503), none, fc.oneof(errorBody, fc.constant('{"error":{"message":"Loading model"}}'))),
  answer(
    fc.constantFrom(301, 302, 303, 307, 308),
    fc
      .constantFrom(
        'https://elsewhere.example.com/x',
        '/login',
        '//evil.example',
        'http://[',
        `http://${'a'.repeat(300)}.de`,
      )
      .map((target) => ({ Location: target })),
    fc.constant(''),
  ),
  answer(fc.constant(200), none, junk),
  answer(
    fc.constant(200),
    fc.constantFrom('text/html', 'text/plain', 'application/json; charset=latin1', 'image/png', 'x').map((type) => ({
      'Content-Type': type,
    })),
    fc.constant('{"tokens":[],"data":[]}'),
  ),
);

/** Puts something else in one place of an answer. The change may be one that nobody can notice. */
const changed: fc.Arbitrary<Fault> = fc
  .record({
    place: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
    value: fc.constantFrom<unknown>(null, -1, 1.5, 1e300, 2 ** 40, 'x', [], {}, true, [1], undefined, 'Geheimtiger'),
  })
  .map(({ place, value }) => ({ kind: 'changed', change: (all) => put(all, place, value) }));

function put(all: unknown, [at, ...deeper]: readonly number[], value: unknown): unknown {
  if (at === undefined || typeof all !== 'object' || all === null || Object.keys(all).length === 0) return value;
  const keys = Object.keys(all);
  const name = keys[at % keys.length]!;
  const inner = put((all as Record<string, unknown>)[name], deeper, value);
  if (!Array.isArray(all)) return { ...all, [name]: inner };
  // Without a value the list becomes shorter.
  return inner === undefined ? all.toSpliced(Number(name), 1) : all.with(Number(name), inner);
}

const call = fc.constantFrom('tokenise', 'hidden', 'listed', 'connect');

describe('faulty answers', () => {
  let fake: FakeLlamaServer;
  let servers: Record<'hasty' | 'patient', ModelServer>;
  const request = () => ({ address: fake.address, key });
  beforeAll(async () => {
    fake = await FakeLlamaServer.start(smallModel, { key });
    const patiently = await connectServer(request(), {}, patient);
    servers = { patient: patiently, hasty: patiently };
    servers.hasty = await connectHastily();
  });
  afterAll(() => fake.close());

  /** Connects while the machine is quick enough for it. */
  async function connectHastily(): Promise<ModelServer> {
    for (;;) {
      try {
        return await connectServer(request(), {}, hasty);
      } catch (error) {
        expect((error as Error).message).toContain('takes too long to answer');
      }
    }
  }

  async function ask(which: string, fault: Fault): Promise<unknown> {
    const server = isSilent(fault) ? servers.hasty : servers.patient;
    if (which === 'tokenise') return server.tokenise({ text, added: false, plain: true });
    if (which === 'hidden') return server.hidden!(ids);
    if (which === 'listed') return server.listed!(ids, { first: ids.length - 2, count: 3 });
    return connectServer(request(), {}, isSilent(fault) ? hasty : patient);
  }

  const settled = async (which: string, fault: Fault): Promise<unknown> => {
    fake.fault = () => fault;
    try {
      return await ask(which, fault);
    } catch (error) {
      return error;
    } finally {
      fake.fault = () => null;
    }
  };

  function checkSentence(error: unknown, which: string): void {
    expect(error).toBeInstanceOf(Error);
    const { message, code } = error as Error & { readonly code: string };
    expect(['server-failed', 'key-refused'], message).toContain(code);
    expect(message).toMatch(/^[“A-Z0-9].{10,}\.$/);
    expect(message.length).toBeLessThan(420);
    expect(message).not.toMatch(/Schluessel|Error:|undefined|\[object|\bnull\b|fetch failed/i);
    // No text was sent while connecting, so none can come back.
    if (which !== 'connect') expect(message).not.toMatch(/tiger|101,? 114/i);
    expect((error as Error).cause).toBeUndefined();
  }

  async function checkNext(): Promise<void> {
    const tokens = await servers.patient.tokenise({ text: 'ab', added: false, plain: true });
    expect(tokens.map(({ id }) => id)).toEqual([97, 98]);
  }

  it('give a clear sentence each, and the next request works', async () => {
    await fc.assert(
      fc.asyncProperty(call, wrong, async (which, fault) => {
        checkSentence(await settled(which, fault), which);
        await checkNext();
      }),
      { numRuns: sampled(100, 1000), endOnFailure: true },
    );
  });

  it('give a clear sentence or numbers that make sense if one place is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(call, changed, async (which, fault) => {
        const result = await settled(which, fault);
        if (result instanceof Error) checkSentence(result, which);
        else if (which === 'hidden') {
          expect(result).toHaveLength(ids.length * smallModel.dimensions);
          expect((result as Float32Array).every(Number.isFinite)).toBe(true);
        } else if (which === 'listed')
          for (const { likeliest, next } of result as Awaited<ReturnType<NonNullable<ModelServer['listed']>>>)
            for (const one of [next ?? 0, ...likeliest.map(({ logProbability }) => logProbability)])
              expect(one).toBeLessThanOrEqual(0);
        await checkNext();
      }),
      { numRuns: sampled(100, 1000), endOnFailure: true },
    );
  });
});
