import * as l10n from '@vscode/l10n';
import type { Section } from '../section';
import { fileFinding } from './facts';
import { MetadataBody, MetadataControls } from './metadata';
import { FileBody } from './summary';
import { TensorsBody, TensorsControls } from './tensors';
import { keyCount, tensorCount } from './words';

/** A model file that is open as a document. */
export const file: Section = {
  id: 'file',
  title: () => l10n.t('The file'),
  shown: ({ file: shown }) => shown !== null,
  finding: ({ file: shown }) => (shown ? [fileFinding(shown)] : []),
  Body: FileBody,
};

export const fileMetadata: Section = {
  id: 'file-metadata',
  title: () => l10n.t('Metadata'),
  isFolded: true,
  shown: ({ file: shown }) => (shown?.contents?.metadata.length ?? 0) > 0,
  finding: ({ file: shown }) => [keyCount(shown?.contents?.metadata.length ?? 0)],
  Controls: MetadataControls,
  Body: MetadataBody,
};

export const fileTensors: Section = {
  id: 'file-tensors',
  title: () => l10n.t('Tensors'),
  shown: ({ file: shown }) => (shown?.contents?.tensors.length ?? 0) > 0,
  finding: ({ file: shown }) => [tensorCount(shown?.contents?.tensors.length ?? 0)],
  Controls: TensorsControls,
  Body: TensorsBody,
};
