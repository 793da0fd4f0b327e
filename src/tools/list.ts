import { toJsonSchema } from '@valibot/to-json-schema';
import { compare } from './compare';
import { model } from './model';
import { neighbours } from './neighbours';
import { predict } from './predict';
import { tokens } from './tokens';
import type { Tool } from './tool';
import { why } from './whyTool';

/** The tools of every door: an editor's chat and the MCP server. */
export const tools: readonly Tool[] = [tokens, predict, neighbours, why, model];

/** Those of an MCP server that was started with a second model. */
export const toolsOfTwo: readonly Tool[] = [...tools, compare];

/** The arguments of a tool as a JSON schema. Checks that a schema cannot express are made when the tool is called. */
export function jsonSchema({ schema }: Tool): { readonly type: 'object'; readonly [key: string]: unknown } {
  const { $schema: _, ...converted } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' });
  return { ...converted, type: 'object' };
}
