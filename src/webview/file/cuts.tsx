import * as l10n from '@vscode/l10n';
import { cutTo } from '../../shared/codePoints';
import type { FileView } from '../../shared/contents';
import { partAsToken, reasonWords } from '../../shared/cutCosts';
import type { TokenizerCheck } from '../../shared/cuts';
import { count } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { translated } from '../../shared/said';
import type { Actions } from '../actions';
import type { TableData } from '../parts/columns';
import { Fold } from '../parts/fold';
import { Table } from '../parts/table';
import { TextLink } from '../parts/text';

/**
 * Of the first tokens that are whole texts. The pattern that belongs to a vocabulary cuts 3 of 31,856 apart at most,
 * that of `o200k_base`; another one 0.6 of a thousand or more, if it cuts any apart.
 */
const mostCutThrough = 0.0003;
const mostNamed = 3;
/** Characters of a text in a sentence. */
const longestNamed = 32;

const plain = (text: string): string => plainToken(partAsToken(text));
const named = (text: string): string => `“${plain(cutTo(longestNamed, text))}”`;

/** What speaks against the way in which the tokenizer of a file cuts: sentences, none if nothing does. */
export function cutDoubts({ tokenizer }: Pick<FileView, 'tokenizer'>): readonly string[] {
  if (!tokenizer) return [];
  const { notices, cutThrough, against } = tokenizer;
  const { count: cut, of, examples } = cutThrough;
  const apart = l10n.t(
    '{0} of the first {1} tokens can occur in no text, such as {2}: the pattern that splits a text into words cuts them apart.',
    ...[count(cut), count(of), examples.slice(0, mostNamed).map(named).join(', ')],
  );
  const parted = against && l10n.t('Its tokenizer cuts {0} of {1} hard texts otherwise than {2}.', ...sizes(against));
  return [
    ...notices.map((notice) => translated(notice, l10n)),
    ...(cut > mostCutThrough * of ? [apart] : []),
    ...(parted !== undefined && against?.parted.length ? [parted] : []),
  ];
}

type Against = NonNullable<TokenizerCheck['against']>;

const sizes = ({ parted, texts, name }: Against) => [count(parted.length), count(texts), name] as const;

const partedTable = (rows: Against['parted']): TableData<Against['parted'][number]> => ({
  columns: [
    { key: 'text', head: l10n.t('text'), value: ({ text }) => plain(text), cells: 'mono', names: true },
    { key: 'where', head: l10n.t('where'), value: (row) => plain(row.text.slice(row.start, row.end)), cells: 'mono' },
    { key: 'why', head: l10n.t('why they part'), value: ({ reason }) => reasonWords(reason, l10n) },
  ],
  rows,
});

/** How the tokenizer of a file cuts, and a way to try it against the one that it was made from. */
export function FileCuts({ file, act }: { readonly file: FileView; readonly act: Actions }) {
  const { tokenizer } = file;
  if (!tokenizer) return null;
  const { against } = tokenizer;
  return (
    <div class="above" data-fact="cuts">
      {cutDoubts(file).map((said) => (
        <p class="note">{said}</p>
      ))}
      {against?.parted.length === 0 && (
        <p class="note">
          {l10n.t('Its tokenizer cuts all {0} hard texts as {1} does.', count(against.texts), against.name)}
        </p>
      )}
      {against && against.parted.length > 0 && (
        <Fold name="parted texts" summary={l10n.t('Where they part')}>
          {() => <Table {...partedTable(against.parted)} name="natural dense" label={l10n.t('Where they part')} />}
        </Fold>
      )}
      <p class="row above">
        <TextLink onClick={() => act.post({ type: 'openTokenizer' })}>
          {l10n.t('Compare its tokenizer with another…')}
        </TextLink>
      </p>
    </div>
  );
}
