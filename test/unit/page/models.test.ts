import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PageModels } from '../../../src/page/models';
import { defaultModel } from '../../../src/shared/defaultModel';

beforeEach(() => {
  vi.stubGlobal('location', { host: 'somewhere.org' });
  vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.reject(new Error('There is none.')) } });
  return () => vi.unstubAllGlobals();
});

const file = (name: string, content = name) => new File([content], name);
const always = () => true;

describe('the models of the page', () => {
  it('begin with the one of the site, which is downloaded after a yes', async () => {
    const models = new PageModels();
    expect(models.request()).toMatchObject({ sha256: defaultModel.sha256 });
    expect(await models.describe()).toMatchObject({
      name: 'SmolLM2-135M-Instruct',
      download: { bytes: defaultModel.bytes, from: 'somewhere.org' },
    });
  });

  it('take a dropped GGUF file, under another path each time', async () => {
    const models = new PageModels();
    await models.use([file('tiny.Q8_0.gguf')], null);
    const { path } = models.request();
    expect(models.ownName).toBe('tiny');
    expect(await models.describe()).toEqual({ name: 'tiny', bytes: 14 });
    const { isFolder, files } = await models.read(path, always);
    expect(isFolder).toBe(false);
    expect(new TextDecoder().decode(files[0]?.bytes)).toBe('tiny.Q8_0.gguf');
    await models.use([file('tiny.Q8_0.gguf')], null);
    expect(models.request().path).not.toBe(path);
    await expect(models.read(path, always)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('take the files of a folder that are needed, and no others', async () => {
    const models = new PageModels();
    const names = ['config.json', 'tokenizer.json', 'model.safetensors', 'README.md', 'pytorch_model.bin'];
    await models.use(
      names.map((name) => file(name)),
      'qwen2',
    );
    const { path } = models.request();
    const { isFolder, files } = await models.read(path, always);
    expect(isFolder).toBe(true);
    expect(files.map((one) => one.path)).toEqual(names.slice(0, 3).map((name) => `${path}/${name}`));
    expect(models.ownName).toBe('qwen2');
  });

  it('give the files of a second model beside those of the first', async () => {
    const models = new PageModels();
    await models.use([file('tiny.Q8_0.gguf')], null);
    const { path: other, name } = await models.useOther([file('tiny.Q4_0.gguf')], null);
    expect([name, models.ownName]).toEqual(['tiny.Q4_0', 'tiny']);
    const content = async (path: string) => new TextDecoder().decode((await models.read(path, always)).files[0]?.bytes);
    expect(await content(other)).toBe('tiny.Q4_0.gguf');
    expect(await content(models.request().path)).toBe('tiny.Q8_0.gguf');
    await expect(models.useOther([file('notes.txt')], null)).rejects.toThrow('No model was found');
  });

  it('go back to the one of the site', async () => {
    const models = new PageModels();
    await models.use([file('tiny.gguf')], null);
    models.useGeometry();
    expect(models.request()).toMatchObject({ geometryOnly: true });
    models.useOurs();
    expect(models.request()).toMatchObject({ sha256: defaultModel.sha256 });
    expect(models.ownName).toBeNull();
  });

  it.each([
    [[file('notes.txt')], /No model was found/],
    [[file('a.gguf'), file('b.gguf')], /2 GGUF files were chosen, and one was expected/],
    [[Object.defineProperty(file('large.gguf'), 'size', { value: 5e9 })], /can hold at most 2.0 GB/],
  ])('refuse what no browser can open, and stay as they were', async (files, sentence) => {
    const models = new PageModels();
    await expect(models.use(files, null)).rejects.toThrow(sentence);
    expect(models.ownName).toBeNull();
  });

  it('say that a file was moved, and stop reading for nobody', async () => {
    const models = new PageModels();
    const gone = file('tiny.gguf');
    gone.arrayBuffer = () => Promise.reject(new DOMException('', 'NotFoundError'));
    await models.use([gone], null);
    const { path } = models.request();
    await expect(models.read(path, always)).rejects.toThrow('tiny.gguf cannot be read. It may have been moved');
    await expect(models.read(path, () => false)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
