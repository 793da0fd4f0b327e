import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { kinds } from '../../../src/engine/tokenizer/tokenList';
import { encodings } from '../../../src/shared/engine';
import { partsOf } from '../support/ggufParts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const text = 'The capital of France is Paris, since 987 – naïve?\n\n日本';

describe('a text under several tokenizers', () => {
  const engine = localEngine();
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-cuts-'));
  const json = join(folder, 'tokenizer.json');
  beforeAll(async () => {
    copyFileSync(join(fixtures, 'tokenizer_json/gemma.json'), json);
    await engine.load({ path: join(fixtures, 'families/llama-3.gguf') });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it('counts as each of them does alone', async () => {
    const { own, others } = await engine.cuts({ text, others: encodings.map((encoding) => ({ encoding })) });
    const { total } = await engine.tokenise({ text, contextTokens: 0 });
    const added = own.tokens.length === total ? 0 : 1;
    expect(own.count).toBe(total - added);
    for (const { name, count, tokens } of others) {
      const alone = await engine.encode({ encoding: name as (typeof encodings)[number], text });
      expect({ count, tokens }).toEqual({ count: alone.count, tokens: alone.tokens });
    }
  });

  it('reads a tokenizer of its own file, a folder of a model, and a model', async () => {
    const paths = [json, join(fixtures, 'folders/qwen2'), join(fixtures, 'families/llama-3.gguf')];
    const { own, others } = await engine.cuts({ text, others: paths.map((path) => ({ path })), vocabularies: true });
    expect(others.map(({ name }) => name)).toEqual([
      expect.stringMatching(/[/\\]tokenizer\.json$/),
      expect.any(String),
      'llama-3',
    ]);
    const [gemma, , itself] = others;
    expect(itself?.tokens).toEqual(own.tokens);
    expect(itself?.partings).toEqual([]);
    expect(itself?.vocabularies).toMatchObject({ only: [{ count: 0 }, { count: 0 }] });
    expect(gemma?.partings.length).toBeGreaterThan(0);
    for (const { vocabularies } of others) expect(vocabularies?.shared).toBeGreaterThan(50);
  });

  it('returns as many tokens as are asked for, and the partings in them', async () => {
    const ask = (most?: number) => engine.cuts({ text, others: [{ path: json }], ...(most !== undefined && { most }) });
    const [whole, part] = [(await ask()).others[0], (await ask(5)).others[0]];
    expect(part?.tokens).toEqual(whole?.tokens.slice(0, 5));
    expect(part?.count).toBe(whole?.count);
    const end = part?.tokens.at(-1)?.end ?? NaN;
    expect(part?.partings).toEqual(whole?.partings.filter(({ start }) => start < end));
  });

  it('reads a tokenizer again once its file has changed, whichever file of its folder was named', async () => {
    const config = join(folder, 'config.json');
    writeFileSync(config, '{}');
    const cut = async () => (await engine.cuts({ text, others: [{ path: config }] })).others[0]?.tokens;
    const before = await cut();
    copyFileSync(join(fixtures, 'tokenizer_json/llama3.json'), json);
    expect(await cut()).not.toEqual(before);
    copyFileSync(join(fixtures, 'tokenizer_json/gemma.json'), json);
  });

  it('cuts as the model of a folder does, which has no rows for some tokens of its file', async () => {
    const snapshot = join(folder, 'models--maker--small/snapshots/0a1b');
    cpSync(join(fixtures, 'folders/qwen2'), snapshot, { recursive: true });
    const file = join(snapshot, 'tokenizer.json');
    const { added_tokens: known, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as { added_tokens: object[] };
    const added_tokens = [...known, { id: 2000, content: 'capital', special: true, normalized: false }];
    writeFileSync(file, JSON.stringify({ ...rest, added_tokens }));
    const sources = [{ path: snapshot }, { path: join(fixtures, 'folders/qwen2') }, { path: file }];
    const [model, before, alone] = (await engine.cuts({ text, others: sources })).others;
    expect(model?.name).toBe('small');
    expect(model?.tokens).toEqual(before?.tokens);
    expect(alone?.tokens.map(({ id }) => id)).toContain(2000);
    // The ids between are those of no token.
    expect((await engine.tokenizerCheck({ path: file })).cutThrough.count).toBe(0);
  });

  it('reads a tokenizer whose file has another name, and nothing that lies beside it', async () => {
    const named = join(folder, 'of gemma.json');
    copyFileSync(json, named);
    const beside = join(folder, 'tokenizer_config.json');
    writeFileSync(beside, '[]');
    await expect(engine.cuts({ text, others: [{ path: named }] })).resolves.toBeDefined();
    rmSync(beside);
    const { others } = await engine.cuts({ text, others: [{ path: json }, { path: named }] });
    expect(others.map(({ name }) => basename(name))).toEqual(['tokenizer.json', 'of gemma.json']);
    expect(others[1]?.tokens).toEqual(others[0]?.tokens);
  });

  it('fails with a sentence where there is no tokenizer', async () => {
    const cut = (path: string) => engine.cuts({ text, others: [{ path }] });
    await expect(cut(join(folder, 'missing.gguf'))).rejects.toThrow(/missing\.gguf/);
    await expect(cut(folder + '/..')).rejects.toThrow(/tokenizer\.json/);
  });

  const withPre = (name: string): string => {
    const bytes = readFileSync(join(fixtures, 'families/qwen2.gguf'));
    bytes.write(name, bytes.indexOf('gpt-2', bytes.indexOf('tokenizer.ggml.pre')));
    const path = join(folder, `${name}.gguf`);
    writeFileSync(path, bytes);
    return path;
  };

  it('finds nothing wrong with a file whose pattern fits its merges', async () => {
    const path = withPre('gpt-2');
    const check = await engine.tokenizerCheck({ path, against: join(fixtures, 'families/gpt2.gguf') });
    expect(check.notices).toEqual([]);
    expect(check.cutThrough).toEqual({ count: 0, of: expect.any(Number) as number, examples: [] });
    expect(check.cutThrough.of).toBeGreaterThan(100);
    expect(check.against).toMatchObject({ name: 'gpt2', parted: [] });
    expect(check.against?.texts).toBeGreaterThan(50);
  });

  it('names the tokens that a wrong pattern cuts through, and the texts that the right one cuts otherwise', async () => {
    const check = await engine.tokenizerCheck({ path: withPre('qwen2'), against: withPre('gpt-2') });
    expect(check.cutThrough).toMatchObject({ count: 2, examples: ['12', '34'] });
    expect(check.against?.parted).toContainEqual({ text: '1234567', start: 0, end: 2, reason: 'pattern' });
  });

  it('does not name a token that only fills the vocabulary', async () => {
    const path = withPre('gpt-2');
    const bytes = readFileSync(path);
    const types = partsOf(bytes)
      .keys.find(({ key }) => key === 'tokenizer.ggml.token_type')
      ?.value.subarray(12);
    types?.set(types.map((type) => (type === kinds.control ? kinds.unused : type)));
    writeFileSync(path, bytes);
    expect((await engine.tokenizerCheck({ path })).cutThrough.count).toBe(0);
  });

  it('says of a pattern that nobody knows that it was guessed', async () => {
    const { notices } = await engine.tokenizerCheck({ path: withPre('gpt-9') });
    expect(notices.map(({ message }) => message)).toEqual([expect.stringMatching(/gpt-9, is not known/)]);
  });
});
