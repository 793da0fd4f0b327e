// The files of the page without an editor that are not bundled: the model with its licence, and the reading guide.
import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';
import { cp, link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Links lead to headings, so these have ids. */
const marked = new Marked(gfmHeadingId());

/**
 * Puts them into a folder.
 * @param {string} site
 */
export async function addFiles(site) {
  await Promise.all([addModel(join(site, 'models')), addGuide(join(site, 'guide'))]);
  for (const file of ['LICENSE', 'NOTICES.txt']) await cp(join(root, file), join(site, file));
}

/** @param {string} folder */
async function addModel(folder) {
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(join(root, 'models'))) {
    const to = join(folder, file);
    await rm(to, { force: true });
    // The model is large: a second name for it costs nothing where the disk allows one.
    await link(join(root, 'models', file), to).catch(() => cp(join(root, 'models', file), to));
  }
}

/**
 * Writes the reading guide as pages of HTML.
 * @param {string} folder
 */
export async function addGuide(folder) {
  const docs = join(root, 'docs');
  await mkdir(folder, { recursive: true });
  const pages = (await readdir(docs)).filter((file) => file.endsWith('.md'));
  for (const pictures of ['docs/pictures', 'media/pictures'])
    await cp(join(root, pictures), join(folder, pictures.replace('docs/', '')), { recursive: true });
  for (const page of pages) {
    const body = await marked.parse(await readFile(join(docs, page), 'utf8'));
    const title = basename(page, '.md') === 'README' ? 'Reading guide' : /<h1[^>]*>(.*?)<\/h1>/.exec(body)?.[1];
    await writeFile(join(folder, htmlOf(page)), document(title ?? 'Reading guide', remarked(linked(body))));
  }
}

const htmlOf = (/** @type {string} */ page) => (page === 'README.md' ? 'index.html' : page.replace(/\.md$/, '.html'));

/**
 * Links between pages lead to their HTML, and pictures stand in the guide's folder. Other links out of the guide lead
 * nowhere here, and are left as words.
 */
const linked = (/** @type {string} */ body) =>
  body
    .replaceAll(/href="([\w-]+\.md)(#[\w-]+)?"/g, (_, page, part = '') => `href="${htmlOf(page)}${part}"`)
    .replaceAll('src="../media/', 'src="media/')
    .replaceAll(/<a href="\.\.[^"]*">(.*?)<\/a>/g, '$1');

/** Whether a page tells its reader to do something that only an editor offers. */
const speaksOfEditor = (/** @type {string} */ body) =>
  /<strong>select<\/strong>|Inspect (?:Selection|Document|as Chat)|palette/i.test(body);

const remark =
  '<p class="remark">This page is written for the editor. On the <a href="../index.html">page without an editor</a>, write the text that it selects and press Ctrl+Enter.</p>';

/** Puts the remark below the heading. */
const remarked = (/** @type {string} */ body) =>
  speaksOfEditor(body) ? body.replace('</h1>', `</h1>\n${remark}`) : body;

const document = (/** @type {string} */ title, /** @type {string} */ body) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Vectorscope</title>
<link rel="icon" href="../icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="../guide.css">
</head>
<body>
${body}
<p><a href="../index.html">Open the page without an editor</a></p>
</body>
</html>
`;
