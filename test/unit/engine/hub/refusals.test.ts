import { writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchGeometry } from '../../../../src/engine/hub/geometry';
import { HubLine } from '../../../../src/engine/hub/line';
import { hubAt } from '../../../../src/engine/hub/place';
import { listHub, openRepository } from '../../../../src/engine/hub/repository';
import { searchHub } from '../../../../src/engine/hub/search';
import { EngineError } from '../../../../src/shared/errors';
import { FakeHub, fileOf, type Fault } from '../../../servers/fakeHub';
import { serving } from '../../../servers/serving';
import { family, folderFiles, scratchFolder } from '../../support/hubModels';

// Everything that a Hub can do wrong, or rightly refuses: a sentence each, and the next request works.

const hub = new FakeHub();
const scratch = scratchFolder();
const note = fileOf(new TextEncoder().encode('notes'), false);
/** Milliseconds after which a Hub that says nothing is given up: soon only where it says nothing. */
const silence = (fault?: Fault): number => (fault?.kind === 'silent' || fault?.kind === 'stalled' ? 300 : 60_000);

beforeAll(async () => {
  await hub.listen();
  hub.add('good/model', { 'model-Q8_0.gguf': family('llama-untied'), 'README.md': note }, { license: 'apache-2.0' });
  hub.add('good/gated', { 'model.gguf': family('gpt2') }, { gated: true });
  hub.add('good/pickles', { 'pytorch_model.bin': note, 'config.json': note });
  hub.add('good/empty', { 'README.md': note });
  hub.add('good/unconfigured', { 'model.safetensors': note });
  hub.renamed.set('old/model', 'good/model');
  hub.tokens.set('hf_reader', ['good/gated']);
  hub.tokens.set('hf_stranger', []);
});
afterAll(async () => {
  await hub.close();
  scratch.remove();
});
beforeEach(() => hub.reset());

interface More {
  readonly token?: string;
  readonly file?: string;
}
const fetchOf = (repository: string, more: More = {}, fault?: Fault) =>
  fetchGeometry({ repository, folder: scratch.path, hub: hub.address, ...more }, {}, silence(fault));
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

describe('a repository', () => {
  it.each<[string, string, More, string, RegExp]>([
    [
      'that does not exist',
      'none/here',
      {},
      'model-missing',
      /has no repository none\/here\. Check its name; a private/,
    ],
    [
      'that a token does not see',
      'none/here',
      { token: 'hf_reader' },
      'model-missing',
      /has no repository none\/here\. Check its name; a private one needs a token that may read it\.$/,
    ],
    ['that is gated, without a token', 'good/gated', {}, 'token-needed', /is gated\. Ask for access .* give a token/],
    [
      'that is gated, with a token that may not read it',
      'good/gated',
      { token: 'hf_stranger' },
      'token-needed',
      /is gated\. Ask for access/,
    ],
    ['asked with a wrong token', 'good/model', { token: 'hf_wrong' }, 'token-needed', /refuses the token/],
    ['with pickles only', 'good/pickles', {}, 'model-unsupported', /only as pickles, which can run programs/],
    ['without model files', 'good/empty', {}, 'model-missing', /has no model files/],
    ['with tensors but no config', 'good/unconfigured', {}, 'model-missing', /has no model files/],
    [
      'without the file that was named',
      'good/model',
      { file: 'Q2_K' },
      'model-missing',
      /has no model file Q2_K\. It has model-Q8_0\.gguf\.$/,
    ],
    ['whose name is none', '../etc', {}, 'bad-request', /is not the name of a repository/],
    ['whose name has no owner', 'model', {}, 'bad-request', /Give it as owner\/name/],
    ['asked with a token of two lines', 'good/model', { token: 'a\nb' }, 'token-needed', /Copy it again/],
  ])('%s', async (_, repository, more, code, message) => {
    await expect(fetchOf(repository, more)).rejects.toMatchObject({ code, message: matching(message) });
  });

  it('that is gated is read with a token that may, and nobody hears the token', async () => {
    const { path } = await fetchOf('good/gated', { token: 'hf_reader' });
    expect(path).toMatch(/model\.gguf$/);
    expect(new Set(hub.seen.map(({ token }) => token))).toEqual(new Set(['hf_reader']));
    const failed = await fetchOf('good/gated', { token: 'hf_stranger' }).catch((error: unknown) => error);
    expect(JSON.stringify([failed, (failed as Error).message, (failed as Error).stack])).not.toMatch('hf_stranger');
  });

  it('that has another name today is used under that name', async () => {
    expect(await listHub({ repository: 'old/model', hub: hub.address })).toMatchObject({
      repository: 'good/model',
      renamedFrom: 'old/model',
    });
    expect((await fetchOf('old/model')).repository).toBe('good/model');
  });
});

describe('an address', () => {
  it.each(['not an address', 'ftp://host', 'https://me:secret@host', 'https://host/?key=1'])(
    '%s is refused',
    (address) => expect(searchHub({ query: 'a', hub: address })).rejects.toMatchObject({ code: 'bad-request' }),
  );

  it('over plain http takes no token outside of this network', () =>
    expect(searchHub({ query: 'a', hub: 'http://example.com', token: 'hf_a' })).rejects.toMatchObject({
      code: 'bad-request',
      message: matching(/A token is not sent to example\.com over http/),
    }));

  it('where nobody answers is named', async () => {
    const gone = new FakeHub();
    await gone.listen();
    const { address } = gone;
    await gone.close();
    await expect(searchHub({ query: 'a', hub: address })).rejects.toMatchObject({
      code: 'fetch-failed',
      message: matching(/^127\.0\.0\.1:\d+ cannot be reached/),
    });
  });

  it('under a path is kept', async () => {
    await expect(searchHub({ query: 'a', hub: `${hub.address}/mirror/` })).rejects.toBeInstanceOf(EngineError);
    expect(hub.seen[0]?.path).toBe('/mirror/api/models');
  });
});

const isList = (path: string) => path.startsWith('/api/');
const isRange = ({ path, range }: { readonly path: string; readonly range: string | undefined }) =>
  path.includes('/resolve/') && range !== 'bytes=0-0';

describe('an answer to a question', () => {
  it.each<[string, Fault, RegExp]>([
    ['with 429 and seconds', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, /Try again in 7 s\./],
    [
      'with 429 and minutes',
      { kind: 'status', status: 429, headers: { ratelimit: '"api";r=0;t=290' } },
      /Try again in 5 min\./,
    ],
    ['with 429 alone', { kind: 'status', status: 429 }, /does not answer any more requests for now\. Try again later/],
    ['with 500', { kind: 'status', status: 500 }, /answered with the status 500\. Check/],
    ['with 418', { kind: 'status', status: 418 }, /status 418\. Check the address of the Hub/],
    ['that never comes', { kind: 'silent' }, /sent nothing for 0 seconds/],
    ['that is a page', { kind: 'body', body: '<html>' }, /invalid answer/],
    ['that is a number', { kind: 'body', body: '3' }, /invalid answer/],
    ['that is null', { kind: 'body', body: 'null' }, /invalid answer/],
    ['with other fields', { kind: 'body', body: '[{"id": 3, "path": 4}]' }, /invalid answer/],
    ['without an end', { kind: 'body', body: `["${'a'.repeat(17 * 2 ** 20)}"]` }, /bytes is \d+; expected: ≤ 16777216/],
  ])('%s', async (_, fault, message) => {
    hub.fault = ({ path }) => (isList(path) ? fault : undefined);
    await expect(fetchOf('good/model', {}, fault)).rejects.toMatchObject({ message: matching(message) });
    hub.fault = ({ path }) => (path.includes('/tree/') ? fault : undefined);
    await expect(fetchOf('good/model', {}, fault)).rejects.toMatchObject({ message: matching(message) });
    hub.reset();
    await expect(fetchOf('good/model')).resolves.toMatchObject({ repository: 'good/model' });
  });

  it('that continues on another server, which is not asked', async () => {
    const headers = { link: '<https://example.com/next>; rel="next"' };
    hub.fault = ({ path }) => (path.includes('/tree/') ? { kind: 'body', body: '[]', headers } : undefined);
    await expect(fetchOf('good/model')).rejects.toMatchObject({
      message: matching(/URL is https:\/\/example\.com; expected: http:/),
    });
  });

  it('with too many files', async () => {
    const body = JSON.stringify(Array.from({ length: 5001 }, (_, i) => ({ type: 'file', path: `${i}.txt`, size: 1 })));
    hub.fault = ({ path }) => (path.includes('/tree/') ? { kind: 'body', body } : undefined);
    await expect(fetchOf('good/model')).rejects.toMatchObject({ message: matching(/more than 5000 files/) });
  });

  it('with names that lead out of the folder, or are devices of Windows, which are left out', async () => {
    const paths = [
      ...['../up.gguf', 'a/../b.gguf', '/root.gguf', 'a\\b.gguf', 'c:d.gguf', 'e\u0000.gguf', 'f./g.gguf'],
      ...['NUL.gguf', 'con/a.gguf', 'lpt1.Q8_0.gguf', 'good.gguf', 'control.gguf'],
    ];
    const body = JSON.stringify(paths.map((path) => ({ type: 'file', path, size: 1 })));
    hub.fault = ({ path }) => (path.includes('/tree/') ? { kind: 'body', body } : undefined);
    const { files } = await listHub({ repository: 'good/model', hub: hub.address });
    expect(files.map(({ path }) => path)).toEqual(['control.gguf', 'good.gguf']);
  });
});

describe('a range', () => {
  it.each<[string, Fault, RegExp]>([
    ['answered with the whole file', { kind: 'whole' }, /only as a whole/],
    ['of other bytes', { kind: 'shifted' }, /Content-Range is bytes 1-\d+\/\d+; expected: bytes 0-/],
    ['without an end', { kind: 'endless' }, /model-Q8_0\.gguf \(bytes\) is \d+; expected: \d+/],
    ['that never comes', { kind: 'silent' }, /sent nothing for 0 seconds/],
    ['that stalls', { kind: 'stalled', after: 10 }, /sent nothing for 0 seconds/],
    ['that is cut', { kind: 'cut', after: 10 }, /connection .* broke while model-Q8_0\.gguf was read/],
    ['that ends early', { kind: 'short', after: 10 }, /connection .* broke while model-Q8_0\.gguf was read/],
    ['that is refused', { kind: 'status', status: 503 }, /status 503/],
    [
      'of a file that is gone',
      { kind: 'status', status: 404, headers: { 'x-error-code': 'EntryNotFound' } },
      /has no file/,
    ],
    ['beyond the file', { kind: 'status', status: 416 }, /status 416/],
  ])('%s', async (name, fault, message) => {
    const own = join(scratch.path, name);
    const request = { repository: 'good/model', folder: own, hub: hub.address };
    hub.fault = (seen) => (isRange(seen) ? fault : undefined);
    await expect(fetchGeometry(request, {}, silence(fault))).rejects.toMatchObject({ message: matching(message) });
    hub.reset();
    await expect(fetchGeometry(request, {}, silence())).resolves.toMatchObject({ repository: 'good/model' });
  });

  it('is not asked of a server that answers the first question with the whole file', async () => {
    hub.fault = ({ path }) => (path.includes('/resolve/') ? { kind: 'whole' } : undefined);
    await expect(
      fetchGeometry({ repository: 'good/model', folder: join(scratch.path, 'whole'), hub: hub.address }),
    ).rejects.toMatchObject({ code: 'fetch-failed', message: matching(/only as a whole/) });
    expect(hub.seen.filter(isRange)).toEqual([]);
  });
});

describe('a file', () => {
  it.each([
    ['that is no model', new TextEncoder().encode('<html>not a model, though named like one</html>'), /GGUF/],
    ['that ends in its header', family('gpt2').read(0, 4000), /ends before the end of header/],
    ['that is empty', new Uint8Array(0), /.*/],
  ])('%s', async (_, bytes, message) => {
    hub.add('bad/file', { 'model.gguf': fileOf(bytes) });
    const own = join(scratch.path, 'bad');
    await expect(
      fetchGeometry({ repository: 'bad/file', folder: own, hub: hub.address }, {}, silence()),
    ).rejects.toMatchObject({ name: 'EngineError', message: matching(message) });
  });

  it('whose folder lacks a tensor or has a faulty header', async () => {
    const files = folderFiles('llama-untied');
    hub.add('bad/folder', { ...files, 'model.safetensors': fileOf(new Uint8Array(100)) });
    await expect(fetchOf('bad/folder')).rejects.toMatchObject({ code: 'model-damaged' });
    hub.add('bad/config', { ...files, 'config.json': fileOf(new TextEncoder().encode('[]'), false) });
    await expect(fetchOf('bad/config')).rejects.toMatchObject({ code: 'model-damaged' });
  });

  it('that cannot be written is said so', async () => {
    const blocked = join(scratch.path, 'a file');
    writeFileSync(blocked, '');
    await expect(
      fetchGeometry({ repository: 'good/model', folder: blocked, hub: hub.address }, {}, silence()),
    ).rejects.toMatchObject({ code: 'not-written', message: matching(/Nothing more can be written to/) });
  });
});

it('a list that trickles on and on is given up', async () => {
  const trickle: RequestListener = (_, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => answer.write(' '), 5);
    answer.on('close', () => clearInterval(timer));
  };
  await serving(trickle, (hub) =>
    expect(openRepository(new HubLine(hubAt({ hub }), undefined, 60_000, 50), 'owner/name')).rejects.toMatchObject({
      code: 'fetch-failed',
      message: `${new URL(hub).host} takes too long to send a list. Try again later.`,
    }),
  );
});
