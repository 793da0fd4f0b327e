import { checked } from '../../../src/tools/arguments';
import type { ToolAnswer, Asked, Tool } from '../../../src/tools/tool';

/** Answers a call as both doors do: wrong arguments are refused first. */
export async function call(tool: Tool, given: unknown, asked: Asked): Promise<ToolAnswer> {
  return tool.answer(checked(tool, given), asked);
}
