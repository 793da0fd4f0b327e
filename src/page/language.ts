import * as l10n from '@vscode/l10n';
import { setLanguage } from '../shared/format';
import { addressOf } from './files';

/**
 * The panel's sentences that speak of an editor, and what this page says in their place, in its language. A test
 * compares the keys with the sentences that there are.
 */
export const ownWords = (): Readonly<Record<string, string>> => ({
  'Select text in an editor and run “Inspect Selection with Vectorscope”, or look up a token of the vocabulary.':
    l10n.t('Write a text and inspect it, or look up a token of the vocabulary.'),
  'This loads {0} first, on this machine.': l10n.t('This loads {0} first, in this browser.'),
  'Loading {0} on this machine': l10n.t('Loading {0} in this browser'),
  'The document has changed. These numbers belong to the earlier text.': l10n.t(
    'The text has changed. These numbers belong to the earlier one.',
  ),
  'not in the document': l10n.t('not in the field'),
  'Insert into the Document': l10n.t('Insert into the field'),
  'Inspect Selection': l10n.t('Inspect the text'),
  'Open Sample Text': l10n.t('Try the sample'),
});

const languages = ['en', 'de'] as const;
type Language = (typeof languages)[number];

/** Translations by their English sentences. */
type Sentences = Readonly<Record<string, string>>;

/** The language in the address (`?lang=de`), else the first of the browser's that the page has, else English. */
export function languageOf(search: string, preferred: readonly string[]): Language {
  const named = new URLSearchParams(search).get('lang') ?? '';
  const wanted = [named, ...preferred].map((tag) => tag.replace(/-.*/, '').toLowerCase());
  return wanted.flatMap((tag) => languages.find((language) => language === tag) ?? [])[0] ?? 'en';
}

/**
 * Translates the page, and returns the sentences for the panel. The page stays English if they cannot be fetched.
 */
export async function speak(language: Language): Promise<Sentences> {
  const contents = language === 'en' ? {} : await fetched(language);
  if (!contents) return {};
  l10n.config({ contents });
  setLanguage(language);
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-l10n]'))
    element.textContent = contents[wordsOf(element)] ?? wordsOf(element);
  return contents;
}

/** The element's English, without the line breaks of the page's file. */
const wordsOf = ({ textContent }: Element): string => (textContent ?? '').trim().replace(/\s+/g, ' ');

/** Milliseconds that the page waits for its translations before it begins in English. */
const longest = 5_000;

async function fetched(language: Language): Promise<Sentences | null> {
  try {
    const signal = AbortSignal.timeout(longest);
    const answer = await fetch(addressOf(`bundle.l10n.${language}.json`), { signal });
    return answer.ok ? ((await answer.json()) as Sentences) : null;
  } catch {
    return null;
  }
}
