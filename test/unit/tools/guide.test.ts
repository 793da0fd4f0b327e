import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CutBy } from '../../../src/shared/cuts';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { Inspection } from '../../../src/shared/inspection';
import type { InspectedEntry } from '../../../src/shared/neighbourTable';
import { toolsOfTwo } from '../../../src/tools/compare';
import { tools } from '../../../src/tools/list';
import { defaultEngine, modelPath } from '../support/engine';
import { call } from '../support/toolCall';

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const said = read('docs/8-agents.md').replaceAll('\n', ' ');

async function ask(name: string, given: object): Promise<object> {
  const engine = await defaultEngine();
  const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new Error(`There is no tool ${name}.`);
  return (await call(tool, given, { engine, model, control: {} })).json(1000);
}

const spelled = ({ text }: { readonly text: string }) => `\`${text.replace(' ', '·')}\``;

describe('the page of the guide about agents', () => {
  it('says of king what the tool answers', async () => {
    const { neighbours } = (await ask('neighbours', { token: ' king' })) as {
      readonly neighbours: Readonly<Record<'euclidean' | 'cosine', readonly InspectedEntry[]>>;
    };
    const near = neighbours.euclidean.slice(1, 5).map(spelled).join(', ');
    expect(said).toContain(`lists, by distance, ${near} after the token itself`);
    expect(neighbours.cosine.slice(1).map(spelled).indexOf('`·queen`')).toBe(3);
    expect(said).toContain('Without the token itself, `·queen` comes fourth by cosine');
  });

  it('says of strawberry what the tool answers', async () => {
    type Answer = Inspection & { readonly count: number; readonly tokenizers: readonly CutBy[] };
    const bare = (await ask('tokens', { text: 'strawberry' })) as Answer;
    const spaced = (await ask('tokens', { text: ' strawberry' })) as Answer;
    expect(said).toContain(`finds ${bare.count} tokens: ${bare.tokens.map(spelled).join(', ')}.`);
    expect(said).toContain(`is ${spaced.count} token: ${spaced.tokens.map(spelled).join()}.`);
    const counts = [bare, spaced].map(({ tokenizers }) => tokenizers.find(({ name }) => name === 'o200k_base')?.count);
    expect(said).toContain(`\`o200k_base\` the two texts have ${counts[0]} tokens and ${counts[1]}.`);
  });

  it('says of France what the tool answers', async () => {
    const { predictions } = (await ask('predict', { text: 'The capital of France is' })) as Inspection;
    const [prediction] = predictions ?? [];
    const [first, second] = prediction?.top.map((one) => [spelled(one), one.probability?.toFixed(3)]) ?? [];
    expect(said).toContain(
      `${first?.[0]} with probability ${first?.[1]}, then ${second?.[0]} with ${second?.[1]}; the entropy is ${prediction?.entropy.toFixed(2)} bits.`,
    );
  });

  it('names the version of Node that the manifest asks for', () => {
    const { engines } = JSON.parse(read('package.json')) as { readonly engines: { readonly node: string } };
    expect(said).toContain(`Node ${engines.node.replace('>=', '')} or later`);
  });

  it('names every tool', () => {
    for (const { name } of toolsOfTwo) expect(said).toContain(`| \`${name}\` |`);
  });
});
