import * as l10n from '@vscode/l10n';
import type { Outlet } from '../extension/export/exporter';
import { endingOf } from '../extension/export/parts';

/** How long a sentence stays. Milliseconds. */
const readingTime = 8000;

/** Exports go to the clipboard and to the browser's downloads. A file's place is its name. */
export function browserOutlet(status: HTMLElement): Outlet<string> {
  let hiding: ReturnType<typeof setTimeout> | undefined;
  const say = (sentence: string) => {
    clearTimeout(hiding);
    status.textContent = sentence;
    hiding = setTimeout(() => (status.textContent = ''), readingTime);
  };
  return {
    l10n,
    copy: (text) => navigator.clipboard.writeText(text),
    askWhere: (name, _document, endings) => askForm(name, endings),
    endingOf,
    async save(name, content) {
      const address = URL.createObjectURL(new Blob([new Uint8Array(content)]));
      Object.assign(document.createElement('a'), { href: address, download: name }).click();
      URL.revokeObjectURL(address);
      say(`Saved ${name} among your downloads.`);
    },
    say,
    // The page knows no servers.
    agreesToSend: async () => false,
    withProgress(title, work) {
      say(`${title.replace(/^Vectorscope: /, '')}…`);
      return work({});
    },
  };
}

/** Asks for one of several forms of a file. Resolves with the file's name, or `undefined` if the user gives up. */
async function askForm(name: string, endings: Readonly<Record<string, string>>): Promise<string | undefined> {
  const base = name.replace(/\.\w+$/, '');
  const forms = Object.entries(endings).map(([kind, ending]) => ({ kind, file: `${base}.${ending}` }));
  if (forms.length < 2) return forms[0]?.file;
  const dialog = document.createElement('dialog');
  const form = document.createElement('form');
  form.method = 'dialog';
  const question = document.createElement('p');
  question.textContent = `Save ${base} as`;
  const buttons = [...forms.map(({ kind, file }) => button(kind, file)), button('Cancel', '')];
  form.append(question, ...buttons);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve));
  dialog.remove();
  return dialog.returnValue === '' ? undefined : dialog.returnValue;
}

const button = (text: string, value: string): HTMLButtonElement =>
  Object.assign(document.createElement('button'), { textContent: text, value });
