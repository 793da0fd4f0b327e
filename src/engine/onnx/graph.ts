import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx_pb';

/** A tensor of the graph, known by its name. */
export interface Value {
  readonly name: string;
}

export type ElementType = 'float' | 'int64' | 'int32' | 'uint8';

/** A size, or the name of a size that is set by each run. */
export type Dimension = number | string;

/** A weight that is produced when the runtime reads the graph, so it is never in memory twice. */
export interface ExternalTensor {
  readonly offset: number;
  readonly byteLength: number;
  /** Fills `into`, which has exactly its length and begins at a multiple of 4. */
  readonly write: (into: Uint8Array<ArrayBuffer>) => void;
}

export interface Graph {
  readonly model: Uint8Array;
  /** The name by which the model refers to its external tensors. */
  readonly externalName: string;
  readonly external: readonly ExternalTensor[];
}

/** Attributes are integers, lists of integers, or floats, which are marked because 1 could be either. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

const elementTypes: Readonly<Record<ElementType, TensorProto_DataType>> = {
  float: TensorProto_DataType.FLOAT,
  int64: TensorProto_DataType.INT64,
  int32: TensorProto_DataType.INT32,
  uint8: TensorProto_DataType.UINT8,
};

const externalName = 'weights';
const externalAlignment = 64;

/** Builds an ONNX model node by node and names its values. */
export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #external: ExternalTensor[] = [];
  readonly #integers = new Map<string, Value>();
  #externalEnd = 0;
  #names = 0;

  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return { name };
  }

  /** Makes `value` an output named `name`. */
  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.#nodes.push(create(NodeProtoSchema, { opType: 'Identity', name, input: [value.name], output: [name] }));
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** Adds an operator with one output. Its domain is ONNX, or `com.microsoft` for the runtime's own operators. */
  node(operator: string, inputs: readonly Value[], attributes: Attributes = {}, domain = ''): Value {
    const [value] = this.nodes(operator, inputs, 1, attributes, domain);
    return value as Value;
  }

  nodes(
    operator: string,
    inputs: readonly Value[],
    outputs: number,
    attributes: Attributes = {},
    domain = '',
  ): Value[] {
    const values = Array.from({ length: outputs }, () => ({ name: `v${this.#names++}` }));
    this.#nodes.push(
      create(NodeProtoSchema, {
        opType: operator,
        domain,
        name: `${operator}_${values[0]?.name ?? ''}`,
        input: inputs.map((value) => value.name),
        output: values.map((value) => value.name),
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
    return values;
  }

  /** A small constant inside the model. */
  floats(values: Float32Array, shape: readonly number[]): Value {
    return this.#inline('float', shape, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  integers(...values: readonly number[]): Value {
    const key = values.join();
    const known = this.#integers.get(key);
    if (known) return known;
    const made = this.#inline('int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
    this.#integers.set(key, made);
    return made;
  }

  /** A weight whose bytes are written when the runtime asks for them. */
  weight(type: ElementType, shape: readonly number[], write: ExternalTensor['write']): Value {
    const byteLength = shape.reduce((product, size) => product * size, type === 'float' ? 4 : 1);
    const offset = this.#externalEnd;
    this.#externalEnd = Math.ceil((offset + byteLength) / externalAlignment) * externalAlignment;
    this.#external.push({ offset, byteLength, write });
    const value = { name: `w${this.#names++}` };
    this.#initializers.push(
      create(TensorProtoSchema, {
        name: value.name,
        dims: shape.map(BigInt),
        dataType: elementTypes[type],
        dataLocation: TensorProto_DataLocation.EXTERNAL,
        externalData: Object.entries({ location: externalName, offset, length: byteLength }).map(([key, entry]) => ({
          key,
          value: String(entry),
        })),
      }),
    );
    return value;
  }

  build(): Graph {
    const model = create(ModelProtoSchema, {
      irVersion: 10n,
      producerName: 'vectorscope',
      opsetImport: [
        { domain: '', version: 20n },
        { domain: 'com.microsoft', version: 1n },
      ],
      graph: create(GraphProtoSchema, {
        name: 'vectorscope',
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      }),
    });
    return { model: toBinary(ModelProtoSchema, model), externalName, external: this.#external };
  }

  #inline(type: ElementType, shape: readonly number[], rawData: Uint8Array): Value {
    const value = { name: `c${this.#names++}` };
    this.#initializers.push(
      create(TensorProtoSchema, {
        name: value.name,
        dims: shape.map(BigInt),
        dataType: elementTypes[type],
        rawData: Uint8Array.from(rawData),
      }),
    );
    return value;
  }
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: elementTypes[type], shape: { dim } } } },
  });
}

function attribute(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  if ('float' in value)
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });
}
