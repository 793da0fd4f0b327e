import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeHub, fileOf, type FakeFile } from '../../servers/fakeHub';
import { modelPath } from '../../unit/support/engine';
import { family } from '../../unit/support/hubModels';
import { editor } from './editors';

const inside = 'SmolLM2-135M-Instruct';
/** Has the model that ships inside, and others of which nobody reads a byte. */
export const repository = `maker/${inside}-GGUF`;
/** Gives its file to one token. */
export const gated = 'owner/gated-GGUF';
export const token = 'hf_mine';

const unread = (size: number): FakeFile => ({
  size,
  read: (from, to) => new Uint8Array(to - from),
  etag: `"${size}"`,
  sha256: null,
});

/** A Hub with three repositories, which the editor of this worker asks until it is closed. */
export async function openExampleHub(): Promise<{ readonly hub: FakeHub; close(): Promise<void> }> {
  const hub = new FakeHub();
  await hub.listen();
  const part = (at: number) => `F32/${inside}-F32-0000${at}-of-00003.gguf`;
  hub.add(
    repository,
    {
      'README.md': unread(2000),
      [`${inside}.Q4_1.gguf`]: fileOf(readFileSync(modelPath)),
      [`${inside}.Q4_K_M.gguf`]: unread(105e6),
      [`${inside}.Q8_0.gguf`]: unread(145e6),
      [part(1)]: unread(200e6),
      [part(2)]: unread(200e6),
      [part(3)]: unread(140e6),
    },
    { license: 'apache-2.0', downloads: 1_234_567 },
  );
  hub.add('somebody/SmolLM2-1.7B-GGUF', { 'SmolLM2-1.7B.Q4_K_M.gguf': unread(1e9) }, { downloads: 48_211 });
  hub.add(gated, { 'gpt2-F16.gguf': family('gpt2') }, { gated: true, license: 'other', downloads: 912 });
  hub.tokens.set(token, [gated]);
  const settings = join(editor().userDir, 'user', 'Machine', 'settings.json');
  const before = await readFile(settings, 'utf8');
  const own = { ...(JSON.parse(before) as object), 'vectorscope.hubAddress': hub.address };
  await writeFile(settings, JSON.stringify(own));
  return {
    hub,
    async close() {
      await writeFile(settings, before);
      await hub.close();
    },
  };
}
