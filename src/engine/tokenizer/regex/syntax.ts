export type CharacterSet = (codePoint: number) => boolean;

export type Node =
  | { readonly kind: 'character'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly of: Node;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    }
  | { readonly kind: 'ahead'; readonly of: Node; readonly negated: boolean }
  | { readonly kind: 'behind'; readonly set: CharacterSet; readonly negated: boolean };

/** A valid pattern that needs backtracking or is nested too deeply. */
export class UnknownSyntax extends Error {}

const deepest = 64;

/** One character: a class, an escape, or itself. Back references and `\b` are not characters. */
const atom =
  /\[(?:\\[^]|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[^1-9bBk])|[^\\^$*+?()[\]{}|]/uy;
const opening = /\((?:\?(?:(?<plain>:)|(?<ahead>[=!])|<(?<behind>[=!])|<[^>]*>))?/uy;
const repetition = /(?:(?<sign>[*+?])|\{(?<least>\d+)(?<open>,(?<most>\d*))?\})(?<lazy>\??)/uy;
const bounds = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const;

/** Parses a pattern that `RegExp` accepts with the flag `u`. Throws `UnknownSyntax`. */
export function parse({ source }: RegExp): Node {
  let at = 0;
  const sets = new Map<string, CharacterSet>();
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const setOf = (written: string): CharacterSet => {
    const set = sets.get(written) ?? characters(written);
    sets.set(written, set);
    return set;
  };

  function choice(depth: number): Node {
    const options = [sequence(depth)];
    while (source[at] === '|') {
      at++;
      options.push(sequence(depth));
    }
    return options.length === 1 ? (options[0] as Node) : { kind: 'choice', options };
  }

  function sequence(depth: number): Node {
    const parts: Node[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(one(depth)));
    return parts.length === 1 ? (parts[0] as Node) : { kind: 'sequence', parts };
  }

  function one(depth: number): Node {
    const character = take(atom);
    if (character) return { kind: 'character', set: setOf(character[0]) };
    const group = take(opening);
    if (!group || depth === deepest) throw new UnknownSyntax();
    const of = choice(depth + 1);
    at++;
    const { ahead, behind } = group.groups as { ahead?: string; behind?: string };
    if (ahead) return { kind: 'ahead', of, negated: ahead === '!' };
    if (behind) return { kind: 'behind', set: oneCharacter(of), negated: behind === '!' };
    return of;
  }

  function repeated(of: Node): Node {
    const { sign, least, open, most, lazy } = (take(repetition)?.groups ?? {}) as Record<string, string | undefined>;
    if (sign === undefined && least === undefined) return of;
    const [from, to] =
      sign === undefined
        ? [Number(least), open === undefined ? Number(least) : most === '' ? Infinity : Number(most)]
        : bounds[sign as keyof typeof bounds];
    return { kind: 'repeat', of, least: from, most: to, lazy: lazy === '?' };
  }

  const tree = choice(0);
  if (at < source.length) throw new UnknownSyntax();
  return tree;
}

function oneCharacter(node: Node): CharacterSet {
  if (node.kind === 'character') return node.set;
  if (node.kind !== 'choice') throw new UnknownSyntax();
  const sets = node.options.map(oneCharacter);
  return (codePoint) => sets.some((set) => set(codePoint));
}

/** `RegExp` tests one character in constant time. Results are cached, since texts have few different characters. */
function characters(written: string): CharacterSet {
  if (!/^[\\[.]/.test(written)) {
    const only = written.codePointAt(0);
    return (codePoint) => codePoint === only;
  }
  const pattern = new RegExp(`^${written}$`, 'u');
  const known = new Map<number, boolean>();
  return (codePoint) => {
    let fits = known.get(codePoint);
    if (fits === undefined) known.set(codePoint, (fits = pattern.test(String.fromCodePoint(codePoint))));
    return fits;
  };
}
