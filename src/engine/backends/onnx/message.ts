import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A field of a message, with its number: what it writes. ONNX's messages are few, so none is described by a schema. */
export type MessageField = (writer: BinaryWriter) => BinaryWriter;

export const integer =
  (field: number, value: number): MessageField =>
  (writer) =>
    writer.tag(field, WireType.Varint).int64(value);

/** A list of integers, packed. */
export const integers =
  (field: number, values: readonly number[]): MessageField =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const value of values) writer.int64(value);
    return writer.join();
  };

export const float =
  (field: number, value: number): MessageField =>
  (writer) =>
    writer.tag(field, WireType.Bit32).float(value);

export const text =
  (field: number, value: string): MessageField =>
  (writer) =>
    writer.tag(field, WireType.LengthDelimited).string(value);

export const bytes =
  (field: number, value: Uint8Array): MessageField =>
  (writer) =>
    writer.tag(field, WireType.LengthDelimited).bytes(value);

export const message =
  (field: number, fields: readonly MessageField[]): MessageField =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const one of fields) one(writer);
    return writer.join();
  };

export function written(fields: readonly MessageField[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const field of fields) field(writer);
  return writer.finish();
}
