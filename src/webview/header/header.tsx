import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import { type Piece, pieces } from '../../shared/glyphs';
import { addedCount, ownTotal } from '../../shared/place';
import { Checkbox } from '../controls';
import { tokenCount } from '../parts/numbers';
import type { SectionProps } from '../section';
import { Search } from './search';

const encoder = new TextEncoder();

/** A piece of the excerpt. Spaces stay spaces; other invisible characters are marked. */
function excerptPiece({ kind, text, name }: Piece) {
  if (kind === 'text') return text;
  return name === 'space' ? ' ' : <span class={kind}>{text}</span>;
}

/** The inspected text, the model, the search, and how the model reads the text. */
export function Header(props: SectionProps) {
  const { state, act } = props;
  const { source, text, model, options } = state;
  return (
    <header class="panel-head">
      <div class="head-line">
        {!source && <h1 class="hidden">Vectorscope</h1>}
        {source && (
          <>
            <h1 class="file">{source.name}</h1>
            <bdi class="excerpt mono" title={source.excerpt}>
              {pieces([...encoder.encode(source.excerpt)]).map(excerptPiece)}
            </bdi>
          </>
        )}
        {text && (
          <span class="quiet token-count" data-value={text.total}>
            {addedCount(text) > 0 ? l10n.t('{0} and one added', tokenCount(ownTotal(text))) : tokenCount(text.total)}
          </span>
        )}
        {model && (
          <button
            type="button"
            class="quiet model"
            title={l10n.t('Choose a model')}
            onClick={() => act.post({ type: 'showModels' })}
          >
            {model.name} · {model.quantisation}
          </button>
        )}
      </div>
      <div class="head-tools">
        <Search {...props} />
        {source && (
          <div class="switches">
            <Checkbox
              checked={options.context}
              onToggle={(context) => act.post({ type: 'setOptions', options: { context } })}
            >
              {l10n.t('Text before as context, up to {0} tokens', count(options.contextTokens))}
            </Checkbox>
            <Checkbox
              checked={options.plain}
              onToggle={(plain) => act.post({ type: 'setOptions', options: { plain } })}
            >
              {l10n.t('Special tokens as text')}
            </Checkbox>
          </div>
        )}
      </div>
    </header>
  );
}
