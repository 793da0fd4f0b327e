import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A field of a message, with its number: what it writes. ONNX's messages are few, so none is described by a schema. */
type MessageField = (writer: BinaryWriter) => BinaryWriter;

const integer =
  (field: number, value: number): MessageField =>
  (writer) =>
    writer.tag(field, WireType.Varint).int64(value);

/** A list of integers, packed. */
const integers =
  (field: number, values: readonly number[]): MessageField =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const value of values) writer.int64(value);
    return writer.join();
  };

const float =
  (field: number, value: number): MessageField =>
  (writer) =>
    writer.tag(field, WireType.Bit32).float(value);

const text =
  (field: number, value: string): MessageField =>
  (writer) =>
    writer.tag(field, WireType.LengthDelimited).string(value);

const bytes =
  (field: number, value: Uint8Array): MessageField =>
  (writer) =>
    writer.tag(field, WireType.LengthDelimited).bytes(value);

const message =
  (field: number, fields: readonly MessageField[]): MessageField =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const one of fields) one(writer);
    return writer.join();
  };

function written(fields: readonly MessageField[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const field of fields) field(writer);
  return writer.finish();
}

export interface OnnxValue {
  readonly name: string;
}

type ElementType = 'float' | 'int64' | 'int32' | 'uint8';

/** A size, or the name of a size that is set by each run. */
type Dimension = number | string;

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
type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/** ONNX's numbers of them. */
const elementTypes: Readonly<Record<ElementType, number>> = { float: 1, uint8: 2, int32: 6, int64: 7 };

const externalName = 'weights';
const externalAlignment = 64;
/** ONNX's number for tensors outside the model. */
const externalLocation = 1;
const producer = 'vectorscope';

/**
 * Builds an ONNX model node by node and names its values. Messages and their fields have the numbers of ONNX's
 * `onnx.proto`, IR version 10.
 */
export class GraphBuilder {
  readonly #nodes: MessageField[] = [];
  readonly #initializers: MessageField[] = [];
  readonly #inputs: MessageField[] = [];
  readonly #outputs: MessageField[] = [];
  readonly #external: ExternalTensor[] = [];
  readonly #integers = new Map<string, OnnxValue>();
  #externalEnd = 0;
  #names = 0;

  input(name: string, type: ElementType, shape: readonly Dimension[]): OnnxValue {
    this.#inputs.push(message(11, valueInfo(name, type, shape)));
    return { name };
  }

  /** Makes `value` an output named `name`. */
  output(name: string, value: OnnxValue, type: ElementType, shape: readonly Dimension[]): void {
    this.#nodes.push(nodeOf({ operator: 'Identity', name, inputs: [value], outputs: [{ name }] }));
    this.#outputs.push(message(12, valueInfo(name, type, shape)));
  }

  /** Adds an operator with one output. Its domain is ONNX, or `com.microsoft` for the runtime's own operators. */
  node(operator: string, inputs: readonly OnnxValue[], attributes: Attributes = {}, domain = ''): OnnxValue {
    const [value] = this.nodes(operator, inputs, 1, attributes, domain);
    return value as OnnxValue;
  }

  nodes(
    operator: string,
    inputs: readonly OnnxValue[],
    outputs: number,
    attributes: Attributes = {},
    domain = '',
  ): OnnxValue[] {
    const values = Array.from({ length: outputs }, () => ({ name: `v${this.#names++}` }));
    const name = `${operator}_${values[0]?.name ?? ''}`;
    this.#nodes.push(nodeOf({ operator, name, inputs, outputs: values, attributes, domain }));
    return values;
  }

  floats(values: Float32Array, shape: readonly number[]): OnnxValue {
    return this.#inline('float', shape, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  integers(...values: readonly number[]): OnnxValue {
    const key = values.join();
    const known = this.#integers.get(key);
    if (known) return known;
    const made = this.#inline('int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
    this.#integers.set(key, made);
    return made;
  }

  /** A weight whose bytes are written when the runtime asks for them. */
  weight(type: ElementType, shape: readonly number[], write: ExternalTensor['write']): OnnxValue {
    const byteLength = shape.reduce((product, size) => product * size, type === 'float' ? 4 : 1);
    const offset = this.#externalEnd;
    this.#externalEnd = Math.ceil((offset + byteLength) / externalAlignment) * externalAlignment;
    this.#external.push({ offset, byteLength, write });
    const value = { name: `w${this.#names++}` };
    const place = Object.entries({ location: externalName, offset, length: byteLength });
    this.#initializers.push(
      message(5, [
        ...tensorHead(value, type, shape),
        ...place.map(([key, entry]) => message(13, [text(1, key), text(2, String(entry))])),
        integer(14, externalLocation),
      ]),
    );
    return value;
  }

  build(): Graph {
    const graph = [...this.#nodes, text(2, producer), ...this.#initializers, ...this.#inputs, ...this.#outputs];
    const model = written([
      integer(1, 10),
      text(2, producer),
      message(7, graph),
      message(8, [integer(2, 20)]),
      message(8, [text(1, 'com.microsoft'), integer(2, 1)]),
    ]);
    return { model, externalName, external: this.#external };
  }

  #inline(type: ElementType, shape: readonly number[], rawData: Uint8Array): OnnxValue {
    const value = { name: `c${this.#names++}` };
    this.#initializers.push(message(5, [...tensorHead(value, type, shape), bytes(9, rawData)]));
    return value;
  }
}

interface Node {
  readonly operator: string;
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly attributes?: Attributes;
  readonly domain?: string;
}

const nodeOf = ({ operator, name, inputs, outputs, attributes = {}, domain = '' }: Node): MessageField =>
  message(1, [
    ...inputs.map((value) => text(1, value.name)),
    ...outputs.map((value) => text(2, value.name)),
    text(3, name),
    text(4, operator),
    ...Object.entries(attributes).map(([key, value]) => message(5, attribute(key, value))),
    text(7, domain),
  ]);

const tensorHead = ({ name }: OnnxValue, type: ElementType, shape: readonly number[]): MessageField[] => [
  integers(1, shape),
  integer(2, elementTypes[type]),
  text(8, name),
];

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): MessageField[] {
  const sizes = shape.map((size) => message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]));
  return [text(1, name), message(2, [message(1, [integer(1, elementTypes[type]), message(2, sizes)])])];
}

/** The last field says which kind of value it is. */
function attribute(name: string, value: Attributes[string]): MessageField[] {
  if (typeof value === 'number') return [text(1, name), integer(3, value), integer(20, 2)];
  if ('float' in value) return [text(1, name), float(2, value.float), integer(20, 1)];
  return [text(1, name), integers(8, value), integer(20, 7)];
}
