import * as l10n from '@vscode/l10n';
import { bits, count } from '../../shared/format';
import { words } from '../parts/words';
import type { Section } from '../section';

/** A document that is inspected as a whole. */
export const document: Section = {
  id: 'document',
  title: () => l10n.t('The document'),
  shown: (state) => state.document !== null,
  finding: ({ document: shown }) =>
    words(
      l10n.t(
        '{0} bits a character over {1} tokens',
        bits(shown?.total.bitsPerCharacter ?? null),
        count(shown?.total.tokens ?? 0),
      ),
    ),
  Body: () => <></>,
};
