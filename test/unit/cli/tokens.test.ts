import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { tokensCommand } from '../../../src/cli/tokens';
import { localEngine } from '../../../src/engine/localEngine';
import { call, type Ended } from '../support/commandLine';
import { familyPath } from '../support/families';

const text = 'Das größte Haus, 12345\nДом';

async function run(args: readonly string[], input = ''): Promise<Ended> {
  // Of its own: it loads the geometry alone.
  const engine = localEngine();
  try {
    return await call(tokensCommand, args, { readInput: () => input, createEngine: () => engine });
  } finally {
    await engine.close();
  }
}

interface Printed {
  readonly tokenizers: readonly {
    readonly name: string;
    readonly count: number;
    readonly tokens: readonly { readonly id: number; readonly start: number; readonly end: number }[];
  }[];
  readonly parts: readonly {
    readonly with: string;
    readonly start: number;
    readonly end: number;
    readonly reason: string;
  }[];
}

describe('vectorscope tokens', () => {
  it('lists both cuts and where they part, the model’s first', async () => {
    const { code, out } = await run(['-', '--with', 'gpt-4o', '--json'], text);
    expect(code).toBe(0);
    const { tokenizers, parts } = JSON.parse(out) as Printed;
    const [own, other] = tokenizers;
    expect(other?.tokens.map(({ id }) => id)).toEqual(encode(text));
    expect([other?.name, other?.count]).toEqual(['o200k_base', encode(text).length]);
    expect(own?.tokens.map(({ start, end }) => text.slice(start, end)).slice(0, 2)).toEqual(['D', 'as']);
    const digits = text.indexOf('12345');
    expect(parts).toContainEqual({ with: 'o200k_base', start: digits, end: digits + 3, reason: 'pattern' });
    expect(parts.every((part) => part.with === 'o200k_base' && part.start < part.end)).toBe(true);
  });

  it('counts by OpenAI’s encodings if no other is named, and says why a named one parts', async () => {
    const { out } = await run([text]);
    expect(out).toMatch(/^tokenizer +tokens +tokens a word +bytes a token\nSmolLM2.*\no200k_base \(.+\ncl100k_base/);
    expect(out).not.toContain('why');
    const beside = await run([text, '--with', familyPath('qwen2')]);
    expect(beside.code).toBe(0);
    expect(beside.out).toMatch(/\nfrom +to .* why\n/);
    expect(beside.out).toMatch(/\nscript +/);
    expect(beside.out).toMatch(/\nVocabularies: [\d,]+ tokens are in both/);
  });

  it('says which file it cannot read', async () => {
    const { code, out, err } = await run([text, '--with', 'no/such.gguf']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^There is no tokenizer at no\/such\.gguf\. Give .* o200k_base, .* gpt-4o\.\n$/);
  });
});
