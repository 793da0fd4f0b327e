import * as l10n from '@vscode/l10n';
import type { Outlet } from '../extension/export/exporter';
import { endingOf } from '../extension/export/exportParts';
import { EngineError } from '../shared/errors';
import { askInDialog } from './dialog';

/** How long a sentence stays, and how long the browser may take to fetch a saved file. Milliseconds. */
const shortTime = 8000;

export interface BrowserOutlet extends Outlet<string> {
  /** Says what went wrong, until something else is said. */
  complain(sentence: string): void;
}

/** Exports go to the clipboard and to the browser's downloads. A file's place is its name. */
export function browserOutlet(status: HTMLElement): BrowserOutlet {
  let hiding: ReturnType<typeof setTimeout> | undefined;
  const complain = (sentence: string) => {
    clearTimeout(hiding);
    status.textContent = sentence;
  };
  const say = (sentence: string) => {
    complain(sentence);
    hiding = setTimeout(() => (status.textContent = ''), shortTime);
  };
  return {
    l10n,
    say,
    complain,
    async copy(text) {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // A page without a secure address has no clipboard, and a person may forbid it.
        throw new EngineError('not-written', l10n.t('This browser did not allow copying. Save a file instead.'));
      }
    },
    askWhere: (name, _document, endings) => askForm(name, endings),
    endingOf,
    async save(name, content) {
      const address = URL.createObjectURL(new Blob([new Uint8Array(content)]));
      Object.assign(document.createElement('a'), { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), shortTime);
      say(l10n.t('Saved {0} among your downloads.', name));
    },
    // The page knows no servers.
    agreesToSend: async () => false,
    withProgress(title, work) {
      complain(`${title.replace(/^Vectorscope: /, '')}…`);
      return work({});
    },
  };
}

/** Asks for one of several forms of a file. Resolves with the file's name, or `undefined` if the user gives up. */
async function askForm(name: string, endings: Readonly<Record<string, string>>): Promise<string | undefined> {
  const base = name.replace(/\.\w+$/, '');
  const forms = Object.entries(endings).map(([kind, ending]) => ({ kind, file: `${base}.${ending}` }));
  if (forms.length < 2) return forms[0]?.file;
  return askInDialog(
    l10n.t('Save {0} as', base),
    forms.map(({ kind, file }) => ({ text: kind, value: file })),
    l10n.t('Cancel'),
  );
}
