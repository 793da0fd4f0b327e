import type { GenericSchema, InferOutput } from 'valibot';
import type { OtherModel } from '../shared/both';
import type { Control, Engine, ModelInfo } from '../shared/engine';

/** What a tool gives back: an object with the keys of the command line. `wordsOf` says the same in words. */
export interface ToolAnswer {
  /**
   * Sentences that say what was asked and what the numbers mean. The object follows as tables, unless a function says
   * all of it, with at most so many rows of each list.
   */
  readonly said: string | ((most: number) => string);
  /** The lengths of lists that only the words have, by what the lists hold. */
  readonly more?: Readonly<Record<string, number>>;
  /** How to ask for less, for the language model: `call again with a smaller top`. Absent if there is no way. */
  readonly less?: string;
  /** The object, with at most so many entries of each list. */
  json(most: number): object;
}

export interface Asked {
  readonly engine: Engine;
  readonly model: ModelInfo;
  /** The second model, where there is one. */
  readonly other?: OtherModel;
  readonly control: Control;
}

export interface Tool<Schema extends GenericSchema = GenericSchema> {
  readonly name: string;
  readonly title: string;
  /** For the language model: what the tool answers, when to use it, and what the numbers mean. */
  readonly description: string;
  /** For a person who chooses tools. */
  readonly summary: string;
  /** Of Visual Studio Code. */
  readonly icon: string;
  readonly schema: Schema;
  /** Of the object. */
  readonly output: GenericSchema;
  /** What it is about to do, for a confirmation. `model` is a name. */
  says(given: InferOutput<Schema>, model: string): string;
  /** The texts that a model on a server would receive. */
  texts(given: InferOutput<Schema>): readonly string[];
  answer(given: InferOutput<Schema>, asked: Asked): Promise<ToolAnswer>;
}

/** Binds the type of the arguments to the schema. */
export const defineTool = <Schema extends GenericSchema>(tool: Tool<Schema>): Tool<Schema> => tool;
