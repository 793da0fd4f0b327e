import { beforeEach, describe, expect, it, vi } from 'vitest';
import { askForModel } from '../../../../src/engine/workers/web/webEngine';
import { startEngineWorker } from '../../../../src/extension/web/startEngineWorker';
import type { GivenModel, ModelAnswer, ModelWanted } from '../../../../src/shared/webWorker';
import { Files, Uri } from '../../support/editorFiles';

const editor = vi.hoisted(() => ({ workspaceFolders: [] as unknown[], fs: null as unknown }));
vi.mock('vscode', async () => {
  const { FileSystemError, FileType, Uri } = await import('../../support/editorFiles');
  return { l10n: await import('@vscode/l10n'), FileSystemError, FileType, Uri, workspace: editor };
});

/** A worker that asks for what it is told to. */
class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage: ((event: { data: unknown; ports: readonly MessagePort[] }) => void) | null = null;
  onerror: (() => void) | null = null;
  terminated = false;
  constructor(readonly address: string) {
    FakeWorker.made.push(this);
  }
  postMessage(): void {
    // What it is told is the engine's affair.
  }
  terminate(): void {
    this.terminated = true;
  }
  ask(wanted: string): Promise<ModelAnswer> {
    const { port1: here, port2: there } = new MessageChannel();
    return new Promise((resolve) => {
      here.onmessage = ({ data }: MessageEvent<ModelAnswer>) => {
        here.close();
        resolve(data);
      };
      this.onmessage?.({ data: { wanted }, ports: [there] });
    });
  }
}

beforeEach(() => {
  FakeWorker.made = [];
  editor.workspaceFolders = [{ uri: Uri.parse('vscode-remote://host:1/work') }];
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('fetch', async (address: string) =>
    Object.defineProperty(new Response('0'), 'url', { value: address }),
  );
  return () => void vi.unstubAllGlobals();
});

async function started() {
  const process = startEngineWorker(Uri.parse('https://cdn/vectorscope') as never);
  const ends: string[] = [];
  process.onEnd((how) => ends.push(how));
  await vi.waitUntil(() => FakeWorker.made[0]?.onmessage);
  return { worker: FakeWorker.made[0] as FakeWorker, process, ends };
}

/** Files of `/m` that are read once the returned function is called. */
function use(files: Readonly<Record<string, Uint8Array>>): { readonly read: string[]; readonly open: () => void } {
  const stored = new Files(
    Object.fromEntries(Object.entries(files).map(([name, { length }]) => [`vscode-remote://host:1/m/${name}`, length])),
  );
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  stored.readFile = async ({ path }) => {
    stored.read.push(path);
    await gate;
    return files[path.slice('/m/'.length)] as Uint8Array;
  };
  editor.fs = stored;
  return { read: stored.read, open };
}

describe('the engine’s worker in a browser', () => {
  it('is ended when it failed, and that is told once', async () => {
    const { worker, ends, process } = await started();
    worker.onerror?.();
    expect([worker.terminated, ends]).toEqual([true, ['its worker failed']]);
    await process.terminate();
    expect(ends).toHaveLength(1);
  });

  it.each(['stalls', 'stalls, and cannot be stopped', 'stalls halfway'])(
    'is not waited for by its end where the line to its script %s',
    async (how) => {
      let come: (answer: Response) => void = () => {};
      const fetched = vi.fn(
        (address: string, { signal }: { signal: AbortSignal }) =>
          new Promise<Response>((resolve, reject) => {
            come = (answer) => resolve(Object.defineProperty(answer, 'url', { value: address }));
            if (how === 'stalls') signal.addEventListener('abort', () => reject(signal.reason as Error));
          }),
      );
      vi.stubGlobal('fetch', fetched);
      const process = startEngineWorker(Uri.parse('https://cdn/vectorscope') as never);
      const ends: string[] = [];
      process.onEnd((how) => ends.push(how));
      process.post('a call');
      const script = new TransformStream<Uint8Array>();
      const late = new Response(script.readable);
      if (how === 'stalls halfway') {
        come(late);
        await vi.waitUntil(() => late.bodyUsed);
      }
      await process.terminate();
      expect([fetched.mock.calls[0]?.[1].signal.aborted, ends]).toEqual([true, ['its worker was ended']]);
      come(late);
      await script.writable.close();
      // A turn for what would come of it.
      await new Promise(setImmediate);
      expect([FakeWorker.made, ends]).toEqual([[], ['its worker was ended']]);
    },
  );

  it('is ended with its start just done', async () => {
    const process = startEngineWorker(Uri.parse('https://cdn/vectorscope') as never);
    const made = vi.spyOn(FakeWorker.prototype, 'postMessage');
    const ended = new Promise<void>((resolve) => made.mockImplementationOnce(() => void resolve(process.terminate())));
    await vi.waitUntil(() => made.mock.calls.length > 0);
    await ended;
    made.mockRestore();
    expect(FakeWorker.made.map(({ terminated }) => terminated)).toEqual([true]);
  });

  it('leaves no address of its script behind, and needs it until its end', async () => {
    const revoked = vi.spyOn(URL, 'revokeObjectURL');
    const { process, worker } = await started();
    expect(revoked).not.toHaveBeenCalled();
    await process.terminate();
    expect(revoked.mock.calls).toEqual([[worker.address]]);
    revoked.mockRestore();
  });

  it('is given files whose bytes lie in one buffer', async () => {
    const { worker } = await started();
    const whole = Uint8Array.of(1, 2, 3, 4);
    use({ 'config.json': whole.subarray(0, 1), 'model.safetensors': whole.subarray(1) }).open();
    const { files } = (await worker.ask('/m')) as GivenModel;
    expect(files.map(({ path, bytes }) => [path, [...bytes]])).toEqual([
      ['/m/config.json', [1]],
      ['/m/model.safetensors', [2, 3, 4]],
    ]);
    expect(whole.length).toBe(0);
  });

  it('hears that files cannot be handed over', async () => {
    const { worker } = await started();
    const unclonable = { length: 4, slice: () => unclonable };
    use({ 'one.gguf': unclonable as never }).open();
    expect(await worker.ask('/m/one.gguf')).toEqual({
      refused: { code: 'internal', message: "The model's files could not be read: DataCloneError." },
    });
  });

  it('is given what it asks for anew after it gave up, read once', async () => {
    const { worker } = await started();
    const { read, open } = use({ 'one.gguf': Uint8Array.of(7) });
    const first = worker.ask('/m/one.gguf');
    await vi.waitUntil(() => read.length > 0);
    const second = worker.ask('/m/one.gguf');
    expect(await first).toMatchObject({ refused: { code: 'cancelled' } });
    open();
    expect(await second).toMatchObject({ path: '/m/one.gguf', files: [{ bytes: Uint8Array.of(7) }] });
    expect(read).toEqual(['/m/one.gguf']);
    expect(await worker.ask('/m/gone.gguf')).toMatchObject({ refused: { code: 'model-missing' } });
  });

  it('has no more of a model read for it, and is told nothing, once it was ended', async () => {
    const { worker, process } = await started();
    const { read, open } = use({
      'config.json': Uint8Array.of(1),
      'model.safetensors': Uint8Array.of(2),
      'tokenizer.json': Uint8Array.of(3),
    });
    const { port1: here, port2: there } = new MessageChannel();
    const heard: unknown[] = [];
    here.onmessage = ({ data }) => heard.push(data);
    const closed = new Promise((resolve) => here.addEventListener('close', resolve));
    worker.onmessage?.({ data: { wanted: '/m' }, ports: [there] });
    await vi.waitUntil(() => read.length > 0);
    await process.terminate();
    open();
    await closed;
    expect([read, heard]).toEqual([['/m/config.json'], []]);
  });

  describe('asks for a model', () => {
    const asked = (worker: FakeWorker, path: string) => {
      vi.stubGlobal('self', {
        postMessage: (data: ModelWanted, ports: MessagePort[]) => worker.onmessage?.({ data, ports }),
      });
      const abort = new AbortController();
      return { given: askForModel(path, abort.signal), stop: () => abort.abort() };
    };
    const folder = () => ({ 'config.json': Uint8Array.of(1), 'model.safetensors': Uint8Array.of(2) });

    it('of which no more is read once it gave up', async () => {
      const { worker } = await started();
      const { read, open } = use(folder());
      const { given, stop } = asked(worker, '/m');
      await vi.waitUntil(() => read.length > 0);
      stop();
      await expect(given).rejects.toMatchObject({ code: 'cancelled' });
      open();
      // A turn for what would come of it.
      await new Promise(setImmediate);
      expect(await asked(worker, '/m').given).toMatchObject({
        files: [{ path: '/m/config.json' }, { path: '/m/model.safetensors' }],
      });
      expect(read).toEqual(['/m/config.json', '/m/config.json', '/m/model.safetensors']);
    });

    it('and is given what is being read where it asks anew in time', async () => {
      const { worker } = await started();
      const { read, open } = use(folder());
      const first = asked(worker, '/m');
      await vi.waitUntil(() => read.length > 0);
      first.stop();
      await expect(first.given).rejects.toMatchObject({ code: 'cancelled' });
      const second = asked(worker, '/m');
      open();
      expect(await second.given).toMatchObject({ files: [{ bytes: Uint8Array.of(1) }, { bytes: Uint8Array.of(2) }] });
      expect(read).toEqual(['/m/config.json', '/m/model.safetensors']);
    });
  });
});
