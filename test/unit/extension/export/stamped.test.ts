import { marked } from 'marked';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { stamped } from '../../../../src/extension/export/exportParts';
import { provenanceLines, provenanceOf } from '../../../../src/shared/provenance';
import { surroundings } from '../../support/surroundings';
import { model } from '../../webview/build';

const name = 'a <b> & "c" “d”';
const block = provenanceOf(surroundings, { model: { ...model, name } }, { ids: [1, 2], index: 1 });
const lines = provenanceLines(block);
const colons = lines.map((line) => line.join(': ')).join('\n');

describe('the provenance', () => {
  it('of a table stands below an empty line', () => {
    const [table, empty, ...below] = stamped.table('a\tb\n', block).split('\n');
    expect([table, empty]).toEqual(['a\tb', '']);
    expect(below.slice(0, -1).map((line) => line.split('\t'))).toEqual(lines);
  });

  it('of Markdown is a code block, in which nothing is markup', () => {
    const pieces = marked.lexer(stamped.markdown('| a |\n| - |\n| b |\n', block));
    expect(pieces.map(({ type }) => type).filter((type) => type !== 'space')).toEqual(['table', 'code']);
    expect(pieces.at(-1)).toMatchObject({ text: colons });
  });

  it('of JSON is a key', () => {
    expect(stamped.json({ tokens: [] }, block)).toEqual({ tokens: [], provenance: block });
  });

  it('of SVG is its metadata', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="3"><rect width="2" height="3"/></svg>';
    const marked = stamped.svg(svg, block);
    expect(marked).toMatch(/^<svg [^>]*><metadata>product: Vectorscope\n/);
    expect(marked).toContain('a &lt;b&gt; &amp; "c"');
    expect(await sharp(Buffer.from(marked)).metadata()).toMatchObject({ format: 'svg', width: 2, height: 3 });
  });

  it('of PNG is an iTXt chunk, which readers accept and whose pixels stay', async () => {
    const pixels = Buffer.from([1, 2, 3, 255, 4, 5, 6, 255]);
    const plain = await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const png = Buffer.from(stamped.png(plain, block));
    expect(await sharp(png, { failOn: 'warning' }).raw().toBuffer()).toEqual(pixels);
    // Readers leave out a chunk of this kind whose sum is wrong.
    expect((await sharp(png).metadata()).comments).toContainEqual({ keyword: 'Provenance', text: colons });
  });
});
