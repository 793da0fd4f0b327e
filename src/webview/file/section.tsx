import * as l10n from '@vscode/l10n';
import type { Section } from '../section';

/** A model file that is open as a document. */
export const file: Section = {
  id: 'file',
  title: () => l10n.t('The file'),
  shown: ({ file: shown }) => shown !== null,
  finding: ({ file: shown }) => [shown?.failure ?? shown?.contents?.damage ?? ''],
  Body: () => <></>,
};

export const fileMetadata: Section = {
  id: 'file-metadata',
  title: () => l10n.t('Metadata'),
  shown: ({ file: shown }) => shown?.contents != null,
  finding: ({ file: shown }) => [l10n.t('{0} keys', shown?.contents?.metadata.length ?? 0)],
  Body: () => <></>,
};

export const fileTensors: Section = {
  id: 'file-tensors',
  title: () => l10n.t('Tensors'),
  shown: ({ file: shown }) => shown?.contents != null,
  finding: ({ file: shown }) => [l10n.t('{0} tensors', shown?.contents?.tensors.length ?? 0)],
  Body: () => <></>,
};
