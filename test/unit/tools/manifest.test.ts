import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toolsOfTwo } from '../../../src/tools/compare';
import { jsonSchema, tools } from '../../../src/tools/list';

const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8'));
const { contributes } = read('package.json') as {
  readonly contributes: {
    readonly languageModelTools: readonly object[];
    readonly mcpServerDefinitionProviders: readonly object[];
    readonly configuration: { readonly properties: Readonly<Record<string, object>> };
  };
};
const sentences = read('package.nls.json') as Readonly<Record<string, string>>;

describe('the manifest', () => {
  it('declares each tool as the list of tools defines it', () => {
    expect(contributes.languageModelTools).toEqual(
      tools.map((tool) => ({
        name: `vectorscope_${tool.name}`,
        displayName: `%tool.${tool.name}.title%`,
        toolReferenceName: `vectorscope${tool.name.charAt(0).toUpperCase()}${tool.name.slice(1)}`,
        canBeReferencedInPrompt: true,
        icon: tool.icon,
        modelDescription: tool.description,
        userDescription: `%tool.${tool.name}.summary%`,
        tags: ['vectorscope', 'tokens', 'language model'],
        inputSchema: jsonSchema(tool),
      })),
    );
    for (const { name, title, summary } of tools)
      expect([sentences[`tool.${name}.title`], sentences[`tool.${name}.summary`]]).toEqual([title, summary]);
  });

  it('leaves the tools that are not needed at every start to a server', () => {
    expect(toolsOfTwo.filter((tool) => !tools.includes(tool)).map(({ name }) => name)).toEqual([
      ...['matters', 'compare', 'blame'],
    ]);
    expect(JSON.stringify(contributes)).not.toContain('vectorscope_compare');
  });

  it('offers the MCP server, and leaves servers to the user', () => {
    expect(contributes.mcpServerDefinitionProviders).toEqual([{ id: 'vectorscope.mcp', label: 'Vectorscope' }]);
    expect(contributes.configuration.properties['vectorscope.toolsUseServers']).toMatchObject({
      type: 'boolean',
      default: false,
      scope: 'application',
    });
  });
});

describe('a schema', () => {
  it('gives the bounds, the defaults and what is needed', () => {
    const schemas = Object.fromEntries(toolsOfTwo.map((tool) => [tool.name, jsonSchema(tool)]));
    expect(schemas['predict']).toMatchObject({
      type: 'object',
      required: [],
      additionalProperties: false,
      properties: {
        messages: { type: 'array', minItems: 1, items: { required: ['role', 'content'] } },
        text: { type: 'string', minLength: 1, maxLength: 20_000 },
        top: { type: 'integer', minimum: 1, maximum: 1000, default: 20 },
        limit: { type: 'integer', minimum: 1, maximum: 8192 },
      },
    });
    expect(schemas['why']).toMatchObject({ required: ['a', 'b'] });
    expect(schemas['neighbours']).toMatchObject({
      required: [],
      properties: {
        token: { anyOf: [{ type: 'string' }, { type: 'integer', minimum: 0 }] },
        vector: { type: 'string', maxLength: 1000 },
      },
    });
    expect(schemas['compare']).toMatchObject({
      required: [],
      properties: {
        position: { type: 'integer', minimum: 0, maximum: 8191 },
        count: { minimum: 1, maximum: 1000, default: 10 },
      },
    });
    for (const { properties = {} } of Object.values(schemas))
      for (const property of Object.values(properties as object)) expect(property).toHaveProperty('description');
  });
});
