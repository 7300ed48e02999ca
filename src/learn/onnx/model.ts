/**
 * The messages of ONNX (onnx/onnx.proto, IR version 9) that a graph of static shapes needs: values, nodes with attributes
 * and subgraphs, initializers, metadata. Field numbers are those of the standard.
 */
import { MessageWriter, readMessage } from './protobuf.ts';

/** The element types Marey uses, with their number in ONNX's `TensorProto.DataType`. */
export const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

export const irVersion = 9;
export const operatorSet = 18;

/** A named tensor of known shape. */
export interface ValueSpec {
  readonly name: string;
  /** A size that is a name is left open: any number, the same wherever the name stands. */
  readonly shape: readonly (number | string)[];
  readonly dtype: ElementType;
}

export interface InitializerSpec extends ValueSpec {
  readonly shape: readonly number[];
  /** Little-endian elements, row-major. */
  readonly bytes: Uint8Array;
}

/** Integers, text, lists of integers; a floating-point attribute is marked, as ONNX tells `1` and `1.0` apart. */
export type AttributeValue =
  number | string | readonly number[] | { readonly float: number } | { readonly graph: GraphSpec };

export interface NodeSpec {
  readonly type: string;
  readonly name: string;
  /** Names; an empty name is an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface GraphSpec {
  readonly name: string;
  readonly nodes: readonly NodeSpec[];
  readonly initializers: readonly InitializerSpec[];
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
}

function value(spec: ValueSpec): MessageWriter {
  const shape = new MessageWriter();
  for (const size of spec.shape) {
    const dimension = new MessageWriter();
    shape.message(1, typeof size === 'string' ? dimension.bytes(2, size) : dimension.integer(1, size));
  }
  const tensorType = new MessageWriter().integer(1, elementTypes[spec.dtype]).message(2, shape);
  return new MessageWriter().bytes(1, spec.name).message(2, new MessageWriter().message(1, tensorType));
}

function initializer(spec: InitializerSpec): MessageWriter {
  const tensor = new MessageWriter();
  for (const size of spec.shape) tensor.integer(1, size);
  return tensor.integer(2, elementTypes[spec.dtype]).bytes(8, spec.name).bytes(9, spec.bytes);
}

function attribute(name: string, content: AttributeValue): MessageWriter {
  const message = new MessageWriter().bytes(1, name);
  if (typeof content === 'number') return message.integer(3, content).integer(20, 2);
  if (typeof content === 'string') return message.bytes(4, content).integer(20, 3);
  if ('float' in content) return message.float(2, content.float).integer(20, 1);
  if ('graph' in content) return message.message(6, graph(content.graph)).integer(20, 5);
  for (const item of content) message.integer(8, item);
  return message.integer(20, 7);
}

function node(spec: NodeSpec): MessageWriter {
  const message = new MessageWriter();
  for (const name of spec.inputs) message.bytes(1, name);
  for (const name of spec.outputs) message.bytes(2, name);
  message.bytes(3, spec.name).bytes(4, spec.type);
  for (const [name, content] of Object.entries(spec.attributes)) message.message(5, attribute(name, content));
  return message;
}

function graph(spec: GraphSpec): MessageWriter {
  const message = new MessageWriter();
  for (const item of spec.nodes) message.message(1, node(item));
  message.bytes(2, spec.name);
  for (const item of spec.initializers) message.message(5, initializer(item));
  for (const item of spec.inputs) message.message(11, value(item));
  for (const item of spec.outputs) message.message(12, value(item));
  return message;
}

/** The bytes of an `.onnx` file. @param metadata goes to `metadata_props`, where any tool that opens the file shows it. */
export function encodeModel(spec: GraphSpec, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const message = new MessageWriter()
    .integer(1, irVersion)
    .bytes(2, 'marey')
    .message(7, graph(spec))
    .message(8, new MessageWriter().bytes(1, '').integer(2, operatorSet));
  for (const [key, text] of Object.entries(metadata)) {
    message.message(14, new MessageWriter().bytes(1, key).bytes(2, text));
  }
  return message.finish();
}

/**
 * The `metadata_props` of an `.onnx` file; empty where it has none.
 * @throws InputError where the bytes are not a protobuf message.
 */
export function readMetadata(bytes: Uint8Array, where = 'ONNX model'): Record<string, string> {
  const decoder = new TextDecoder();
  const metadata: Record<string, string> = {};
  for (const field of readMessage(bytes, where)) {
    if (field.number !== 14 || typeof field.value === 'number') continue;
    const entry = ['', ''];
    for (const part of readMessage(field.value, where)) {
      if (typeof part.value !== 'number' && part.number <= 2)
        entry[part.number - 1] = decoder.decode(part.value);
    }
    metadata[entry[0]] = entry[1];
  }
  return metadata;
}
