import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { continueTool } from './continue';
import { lookTool } from './look';
import { model } from './model';
import { neighbours } from './neighbours';
import { predict } from './predict';
import { find, tokens } from './tokens';
import type { Tool } from './tool';
import { why } from './why';

/** The tools of every door: an editor's chat and the MCP server. */
export const tools: readonly Tool[] = [tokens, predict, continueTool, neighbours, why, lookTool, find, model];

/** The arguments of a tool as a JSON schema. Checks that a schema cannot express are made when the tool is called. */
export const jsonSchema = ({ schema }: Tool): JsonSchema => converted(schema);

/** The object that it answers, as a JSON schema. */
export const outputSchema = ({ output }: Tool): JsonSchema => converted(output);

type JsonSchema = { readonly type: 'object'; readonly [key: string]: unknown };

function converted(schema: GenericSchema): JsonSchema {
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' });
  return { ...rest, type: 'object' };
}
