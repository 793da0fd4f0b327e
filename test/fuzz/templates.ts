import type { Random } from '../unit/support/mutations';
import { pick } from './mutator';

// Chat templates that want to harm whoever renders them: that never end, nest deeply, write without end, or reach for
// the insides of the language that runs them.

type Write = (random: Random, depth: number) => string;

const reaching = [
  ...[
    'constructor',
    '__proto__',
    'prototype',
    '__class__',
    '__defineGetter__',
    'hasOwnProperty',
    'toString',
    'valueOf',
  ],
  ...[
    'call',
    'apply',
    'bind',
    'value',
    'type',
    'length',
    'items',
    'keys',
    'get',
    'split',
    'replace',
    'format',
    'content',
  ],
];
const globals = ['range', 'raise_exception', 'namespace', 'strftime_now', 'process', 'globalThis', 'require', 'dict'];
const numbers = ['0', '-1', '1', '0.5', '7', '10000', '1000000', '1000000000', '99999999999999999999', '-1000000000'];
const texts = ['""', '"a"', '"{{ 1 }}"', '"\ud800"', '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"', '"\u{f0001}0\u{f0002}"'];
const onTexts = [
  ...['upper', 'lower', 'trim', 'title', 'capitalize', 'tojson', 'string', 'int', 'float', 'length', 'indent(1000)'],
  ...[
    'indent(100000000)',
    'indent(-1)',
    'replace("a", "aaaaaaaaaaaaaaaa")',
    'replace("", "xxxxxxxx")',
    'default(messages)',
  ],
];
const onLists = [
  ...['list', 'length', 'first', 'last', 'reverse', 'sort', 'unique', 'string', 'tojson', 'tojson(indent=1000000000)'],
  ...[
    'join("")',
    'join(messages)',
    'map(attribute="__proto__")',
    'map(attribute="content")',
    'selectattr("constructor")',
  ],
  ...['rejectattr("role", "equalto", "user")', 'map("constructor")', 'map("upper")'],
];
const filters = [...onTexts, ...onLists, 'abs', 'items', 'dictsort', 'safe', 'nothing'];

/** Mostly of the kind that is asked for: one that fails at once tries nothing else. */
const mostly =
  (write: Write): Write =>
  (random, depth) =>
    (random(20) === 0 ? anyExpression : write)(random, depth);

const numberOf: Write = mostly((random, depth) => {
  if (depth <= 0) return pick(random, [...numbers, 'messages | length', 'loop.index']);
  return pick<() => string>(random, [
    () => `(${numberOf(random, depth - 1)} ${pick(random, ['+', '-', '*', '/', '%'])} ${numberOf(random, depth - 1)})`,
    () => `(${textOf(random, depth - 1)} | length)`,
    () => `(${listOf(random, depth - 1)} | length)`,
    () => `(${numberOf(random, depth - 1)} if ${truthOf(random, depth - 1)} else ${numberOf(random, depth - 1)})`,
    () => `(${textOf(random, depth - 1)} | ${pick(random, ['int', 'float'])})`,
  ])();
});

const textOf: Write = mostly((random, depth) => {
  if (depth <= 0) return pick(random, [...texts, 'messages[1].content', 'messages[0].role', 'bos_token', 'ns.x']);
  return pick<() => string>(random, [
    () => `(${textOf(random, depth - 1)} ~ ${textOf(random, depth - 1)})`,
    () => `(${textOf(random, depth - 1)} + ${textOf(random, depth - 1)})`,
    () => `(${textOf(random, depth - 1)} | ${pick(random, onTexts)})`,
    () => `(${listOf(random, depth - 1)} | join(${textOf(random, depth - 1)}))`,
    () => `ns.x[${pick(random, ['::-1', '::0', ':1000000000', '-1000000000:', '5:1', '0'])}]`,
    () =>
      `messages[1].content.${pick(random, ['split("l")[0]', 'strip()', 'title()', 'replace("l", "llll")', 'upper()'])}`,
    () =>
      random(5) > 0 ? textOf(random, depth - 1) : `(${textOf(random, depth - 1)} * ${numberOf(random, depth - 1)})`,
  ])();
});

const listOf: Write = mostly((random, depth) => {
  if (depth <= 0) return pick(random, ['messages', '[]', '[1, "a"]', 'range(3)', '{"a": 1}', 'messages[0]']);
  return pick<() => string>(random, [
    () => `range(${pick(random, ['10', '1000', '100000', '1000000000'])})`,
    () => `range(${pick(random, numbers)}, ${pick(random, numbers)}, ${pick(random, numbers)})`,
    () => `[${anyExpression(random, depth - 1)}, ${anyExpression(random, depth - 1)}]`,
    () => `(${listOf(random, depth - 1)} + ${listOf(random, depth - 1)})`,
    () => `(${listOf(random, depth - 1)} | ${pick(random, onLists)})`,
    () => `messages[${pick(random, ['::-1', '1:', ':1000000000', '-1000000000:'])}]`,
    () => `{"${pick(random, reaching)}": ${anyExpression(random, depth - 1)}}`,
    () => `messages[1].content.split("${pick(random, ['e', 'l', ' '])}")`,
  ])();
});

const truthOf: Write = mostly((random, depth) => {
  if (depth <= 0) return pick(random, ['true', 'false', 'add_generation_prompt', 'tools', 'loop.first']);
  return pick<() => string>(random, [
    () => `(${numberOf(random, depth - 1)} ${pick(random, ['<', '>', '==', '!='])} ${numberOf(random, depth - 1)})`,
    () => `(${textOf(random, depth - 1)} ${pick(random, ['in', 'not in', '=='])} ${textOf(random, depth - 1)})`,
    () => `(not ${truthOf(random, depth - 1)})`,
    () => `(${truthOf(random, depth - 1)} ${pick(random, ['and', 'or'])} ${truthOf(random, depth - 1)})`,
    () => `(messages is ${pick(random, ['defined', 'mapping', 'iterable', 'none', 'nothing', 'string'])})`,
  ])();
});

/** What reaches for the insides: mostly it fails. */
const reachingOf: Write = (random) => {
  const [name, chain] = [
    pick(random, ['messages', 'messages[0]', 'messages[1].content', 'bos_token', 'loop', 'ns', ...globals]),
    Array.from({ length: 1 + random(5) }, () => pick(random, reaching)),
  ];
  return pick(random, [
    `${name}.${chain.join('.')}`,
    `${name}["${chain.join('"]["')}"]`,
    `${name}.${chain[0]}`,
    `${name}["${chain[0]}"]`,
    `${name}.${chain.join('.')}(${pick(random, ['', '"return process"', 'messages', '0', '"a", "b"', '*messages'])})`,
    `${pick(random, globals)}(${pick(random, [...numbers, ...texts])})`,
    `(messages | ${pick(random, filters)})`,
  ]);
};

const anyExpression: Write = (random, depth) =>
  pick(random, [numberOf, textOf, textOf, listOf, truthOf, reachingOf])(random, depth);

/** A statement, and what stands in it. */
const statement: Write = (random, depth) => {
  if (depth <= 0)
    return pick(random, ['a', '{{ m.content }}', '{{ ns.x }}', '{{ loop.index }}', '{{ messages[0].content }}']);
  const inner = () => statement(random, depth - 1 - random(2));
  const value = (write: Write = anyExpression) => write(random, random(depth + 1));
  return pick<() => string>(random, [
    () => `{% for m in range(${pick(random, ['10', '1000', '1000000', '1000000000'])}) %}${inner()}{% endfor %}`,
    () => `{% for m in ${value(listOf)} %}${inner()}{% else %}${inner()}{% endfor %}`,
    () =>
      `{% for m in messages %}${inner()}{% if ${value(truthOf)} %}{% ${pick(random, ['break', 'continue'])} %}{% endif %}{% endfor %}`,
    () => `{% if ${value(truthOf)} %}${inner()}{% else %}${inner()}{% endif %}`,
    () =>
      `{% set ${pick(random, ['m', 'm', 'ns.x', 'ns.x', 'range', 'x.constructor', 'messages[0].content'])} = ${value(textOf)} %}${inner()}`,
    () => `{% set block %}${inner()}{% endset %}{{ block }}`,
    () => `{% macro f(n, k=${value()}) %}${inner()}{{ f(n ~ n) }}{% endmacro %}{{ f(${value()}) }}`,
    () =>
      `{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(${pick(random, ['12', '30', '100000'])}) }}`,
    () => `{% filter ${pick(random, filters)} %}${inner()}{% endfilter %}`,
    () => `{% macro c() %}{{ caller() }}{{ caller() }}{% endmacro %}{% call c() %}${inner()}{% endcall %}`,
    () => `{{ ${value()} }}${inner()}`,
    () => `{# ${inner()} #}${inner()}{% generation %}${inner()}{% endgeneration %}`,
    () => `${inner()}${random(3) > 0 ? '' : brokenStatement(random)}`,
  ])();
};

const brokenStatement = (random: Random): string =>
  `{%- ${pick(random, ['generation', 'raw', 'include "a"', 'import "fs" as x', 'extends "a"', 'for', 'endfor'])} -%}`;

const depthOf = (random: Random) => pick(random, [10, 1000, 5000, 100_000]);

/** What is hostile as a whole. */
const whole: Readonly<Record<string, (random: Random) => string>> = {
  'nested loops': (random) => {
    const depth = 2 + random(6);
    const body = statement(random, 2);
    return `${`{% for m in range(${pick(random, ['10', '300', '10000'])}) %}`.repeat(depth)}${body}${'{% endfor %}'.repeat(depth)}`;
  },
  'deep nesting': (random) => {
    const depth = depthOf(random);
    const [before, middle, after] = pick<readonly [string, string, string]>(random, [
      ['{% if true %}', 'a', '{% endif %}'],
      ['{% for m in messages %}', 'a', '{% endfor %}'],
      ['{{ ', '1', ' }}'],
      ['{% set x %}', 'a', '{% endset %}'],
      ['{% macro f() %}', 'a', '{% endmacro %}'],
    ]);
    return before.repeat(depth) + middle + after.repeat(depth);
  },
  'a deep expression': (random) => {
    const depth = depthOf(random);
    const [before, middle, after] = pick<readonly [string, string, string]>(random, [
      ['(', '1', ')'],
      ['[', '', ']'],
      ['{"a": ', '1', '}'],
      ['not ', 'a', ''],
      ['- ', '1', ''],
      ['', 'messages', '.a'],
      ['', 'messages', '[0]'],
      ['', 'a', ' | upper'],
      ['', '1', ' + 1'],
      ['', '"a"', ' ~ "a"'],
      ['range(', '1', ')'],
      ['a if a else ', 'a', ''],
    ]);
    return `{{ ${before.repeat(depth)}${middle}${after.repeat(depth)} }}`;
  },
  'a value in itself': (random) =>
    `{% set ns = namespace(x=[]) %}{% for i in range(${pick(random, ['3', '1000', '20000'])}) %}{% set ns.x = ${pick(
      random,
      ['[ns.x]', '[ns.x, ns.x]', 'ns.x + [ns.x]', '{"a": ns.x}', 'ns'],
    )} %}{% endfor %}{{ ${pick(random, ['ns.x', 'ns.x | tojson', 'ns.x == ns.x', 'ns | string', 'ns.x | join'])} }}`,
  'a text that doubles': (random) =>
    `{% set ns = namespace(x="${pick(random, ['a', 'a\\n', '\u{1F600}', ' '])}") %}{% for i in range(${10 + random(50)}) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x | ${pick(random, filters)} }}`,
  'the content again and again': (random) =>
    `{% for i in range(${pick(random, ['100', '10000', '300000', '10000000'])}) %}{{ messages[0].content${pick(random, ['', ' | trim', '[0]', ' ~ " "'])} }}{% endfor %}`,
  'a list that grows': (random) =>
    `{% set ns = namespace(x=[1]) %}{% for i in range(${pick(random, ['20', '100', '100000'])}) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | ${pick(random, filters)} }}`,
  'another text for marks': (random) =>
    `{% for m in messages %}{{ m.content | ${pick(random, ['length', 'upper', 'replace("\u{f0001}", "")', 'replace("\u{f0002}", "\u{f0001}")', 'reverse'])} }}{% endfor %}`,
  'an error': (random) =>
    `{{ raise_exception(${pick(random, ['"a" * 1000000', 'messages', '', '"\\ud800"', '"a" ~ "b" * 100000', 'range'])}) }}`,
  'a long text': (random) =>
    `${pick(random, ['a', '{', '{{', '{#', '"', '{{ "', '\n', '{%-'])}`.repeat(1 + random(500_000)),
  'any statements': (random) =>
    `{% set ns = namespace(x="a") %}${Array.from({ length: 1 + random(4) }, () => statement(random, 1 + random(6))).join('')}`,
  'any expressions': (random) =>
    `{% set ns = namespace(x="a") %}` +
    Array.from({ length: 1 + random(4) }, () => `{{ ${anyExpression(random, 1 + random(8))} }}`).join(''),
};

export interface HostileTemplate {
  readonly template: string;
  /** Its kind. */
  readonly what: string;
}

export const hostileKinds: readonly string[] = Object.keys(whole);

/** The same random numbers give the same template. */
export function hostileTemplate(random: Random): HostileTemplate {
  // Half of them are what no kind of its own foresees.
  const what = random(2) === 0 ? pick(random, hostileKinds.slice(-2)) : pick(random, hostileKinds);
  const template = (whole[what] as (typeof whole)[string])(random);
  if (random(8) > 0) return { template, what };
  const at = random(template.length + 1);
  return { template: template.slice(0, at) + template.slice(at + random(20)), what: `${what}, cut` };
}
