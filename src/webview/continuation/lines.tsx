import * as l10n from '@vscode/l10n';
import { sum } from 'd3-array';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ContinuationStep } from '../../shared/continuation';
import { secondOf } from '../../shared/continuationTables';
import { bits, count, probability, raw } from '../../shared/format';
import type { ContinuedPath } from '../../shared/instruments';
import { levelOf } from '../../shared/levels';
import type { NamedToken } from '../../shared/tokens';
import { tokenCount } from '../parts/numbers';
import { underlined } from '../parts/quantities';
import { useRoving } from '../parts/roving';
import { nameWidth, Sentence, TokenText } from '../parts/text';
import { sentence, tokenLabel } from '../parts/words';
import { Figure } from '../picture/chart';
import {
  bitsOf,
  isNear,
  isTaken,
  pathName,
  pathRows,
  stepInTree,
  drawnSteps,
  stepBits,
  type Branch,
  type OpenStep,
} from './tree';

/** Bits at which a token has the full tint. */
const fullTint = 4;
/** Pixels of a character and a small one, around a token, of its number, of a fork and of the sums at a line's end. */
const [character, small, around, number, fork, sums] = [7.9, 6.7, 6, 34, 20, 216];

/** The second token of a near step stands below it in small print. */
const widthOf = (step: ContinuationStep): number =>
  around +
  Math.max(
    number,
    nameWidth(step.token, character),
    ...(isNear(step) ? step.alternatives.slice(0, 2).map(({ token }) => nameWidth(token, small)) : []),
  );

/** Whether each path fits on one line, with its branches below their rivals. */
const fits = ({ path, from, to, forks }: Branch, width: number): boolean => {
  const own = sum(path.steps.slice(from, to), widthOf);
  return forks.length === 0 ? own + sums <= width : forks.every((one) => fits(one, width - own - fork));
};

interface LinesProps {
  readonly tree: Branch;
  readonly paths: readonly ContinuedPath[];
  readonly open: OpenStep | null;
  readonly chosen: number | undefined;
  readonly onOpen: (step: OpenStep) => void;
  /** Goes on from another token at a step. */
  readonly onBranch: (path: ContinuedPath, step: number, token: NamedToken) => void;
  readonly onRemove: (path: number) => void;
}

/** The continuations as lines of text that fork: one tab stop, in which keys move along a path and between paths. */
export function Lines(props: LinesProps) {
  const { tree, paths, open, onBranch, onRemove } = props;
  const steps = drawnSteps(tree);
  const rows = pathRows(tree);
  const start = steps.findIndex(({ path, step }) => path === open?.path && step === open.step);
  const roving = useRoving(steps.length, Math.max(start, 0), (key, at) => stepInTree(key, at, rows));
  /** A fork or a removal draws the step that has the focus anew. */
  const isDue = useRef(false);
  useLayoutEffect(() => {
    if (!isDue.current || document.activeElement !== document.body) return;
    isDue.current = false;
    roving.focus(Math.max(start, 0));
  });
  const press = (event: KeyboardEvent): void => {
    const at = steps[roving.at];
    const path = paths.find(({ id }) => id === at?.path);
    const step = at && path?.steps[at.step];
    if (!path || !step) return;
    const rival = secondOf(step);
    if (event.key === 'Enter' && rival && !isTaken(paths, path, at.step, rival.token.id))
      onBranch(path, at.step, rival.token);
    else if (event.key === 'Delete') onRemove(path.id);
    else return roving.group.onKeyDown(event);
    isDue.current = true;
    event.preventDefault();
  };
  return (
    <Figure>
      {(width) => (
        <div
          class={fits(tree, width) ? 'paths on-rails' : 'paths'}
          role="tree"
          aria-label={l10n.t('Continuations')}
          data-picture="continuation"
          {...roving.group}
          onKeyDown={press}
        >
          <Part {...props} branch={tree} level={1} first={0} item={roving.item} />
        </div>
      )}
    </Figure>
  );
}

interface PartProps extends LinesProps {
  readonly branch: Branch;
  readonly level: number;
  /** Index of its first step among all. */
  readonly first: number;
  readonly item: ReturnType<typeof useRoving>['item'];
}

function Part({ branch, level, first, ...props }: PartProps) {
  const { path, from, to, forks } = branch;
  let next = first + to - from;
  return (
    <div class="path-part" role="none">
      <div class="path-steps" role="none">
        {path.steps.slice(from, to).map((_, at) => (
          <Step {...props} path={path} at={from + at} level={level} index={first + at} />
        ))}
        {forks.length === 0 && <Sums path={path} chosen={props.chosen} />}
      </div>
      {forks.length > 0 && (
        <div class="forks" role="none">
          {forks.map((one, at) => {
            const part = <Part {...props} branch={one} level={level + 1} first={next} />;
            next += drawnSteps(one).length;
            return (
              <div class="fork" role="none">
                <span class="elbow" />
                {at < forks.length - 1 && <span class="trunk" />}
                {part}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

interface StepProps extends Omit<PartProps, 'branch' | 'first'> {
  readonly path: ContinuedPath;
  readonly at: number;
  readonly index: number;
}

function Step({ path, at, level, index, paths, open, chosen, onOpen, onBranch, item }: StepProps) {
  const step = path.steps[at];
  if (!step) return null;
  const { token } = step;
  const rival = secondOf(step);
  const near = rival && isNear(step) ? rival.token : null;
  const isOpen = open?.path === path.id && open.step === at;
  const strength = Math.min(1, stepBits(step) / fullTint);
  // The number comes right after the token, as it is drawn.
  const said = [
    tokenLabel(token),
    l10n.t('{0} probability', probability(step.probability)),
    l10n.t('step {0}', count(at + 1)),
    ...(near ? [l10n.t('near: {0}', tokenLabel(near))] : []),
  ];
  return (
    <span role="none">
      <span
        class={near ? 'chip path-step near' : 'chip path-step'}
        role="treeitem"
        aria-level={level}
        aria-selected={isOpen}
        aria-label={said.join(', ')}
        data-step={at}
        data-id={token.id}
        onFocus={() => !isOpen && onOpen({ path: path.id, step: at })}
        {...item(index)}
      >
        <span class="chip-box" style={{ '--strength': strength.toFixed(3), ...underlined(levelOf(strength)) }}>
          <TokenText token={token} chosen={token.id === chosen} named={false} />
        </span>{' '}
        <span class="chip-value" data-value={raw(step.probability)}>
          {probability(step.probability)}
        </span>
      </span>
      {near && !isTaken(paths, path, at, near.id) && (
        // Enter does the same.
        <span class="small text-link rival" aria-hidden="true" onClick={() => onBranch(path, at, near)}>
          <TokenText token={near} named={false} title={l10n.t('Go on with this token')} />
        </span>
      )}
    </span>
  );
}

/** The length of a path, its name, and its bits: a total alone would favour the shorter one. */
function Sums({ path, chosen }: { readonly path: ContinuedPath; readonly chosen: number | undefined }) {
  const { steps, ended } = path;
  const total = bitsOf(path);
  return (
    <span class="small path-sums" role="none" title={sentence(pathName(path))}>
      <span class="quiet">
        <Sentence words={pathName(path)} chosen={chosen} />, {tokenCount(steps.length)}
        {ended === null && '…'}
      </span>{' '}
      {steps.length > 0 && (
        <span class="nowrap" data-fact="path-bits" data-value={raw(total)}>
          <span class="strong">{l10n.t('{0} bits', bits(total))}</span>{' '}
          <span class="quiet">{l10n.t('{0} a token', bits(total / steps.length))}</span>
        </span>
      )}
    </span>
  );
}
