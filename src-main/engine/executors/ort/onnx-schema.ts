import { create, createFileRegistry, type DescMessage, toBinary } from '@bufbuild/protobuf'
import {
  type FieldDescriptorProto,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt'

/** The part of onnx.proto that a float graph with initializers needs; field numbers from onnx/onnx.proto. */
export interface OnnxModel {
  irVersion: bigint
  producerName: string
  opsetImport: { domain: string; version: bigint }[]
  graph: OnnxGraph
}

export interface OnnxGraph {
  name: string
  node: OnnxNode[]
  initializer: OnnxTensor[]
  input: OnnxValueInfo[]
  output: OnnxValueInfo[]
}

export interface OnnxNode {
  name: string
  opType: string
  domain: string
  input: string[]
  output: string[]
  attribute: OnnxAttribute[]
}

export interface OnnxAttribute {
  name: string
  type: number
  f?: number
  i?: bigint
  s?: Uint8Array
  floats?: number[]
  ints?: bigint[]
}

export interface OnnxTensor {
  name: string
  dataType: number
  dims: bigint[]
  /** The content, or where it lies. */
  rawData?: Uint8Array
  externalData?: { key: string; value: string }[]
  dataLocation?: number
}

export interface OnnxValueInfo {
  name: string
  type: { tensorType: { elemType: number; shape: { dim: { dimValue?: bigint; dimParam?: string }[] } } }
}

/** `TensorProto.DataType` numbers. */
export const onnxTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const

/** `TensorProto.DataLocation` of content that lies outside of the model. */
export const externalLocation = 1

/** `AttributeProto.AttributeType` numbers. */
export const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const

type FieldSpec = readonly [name: string, number: number, type: Type | string, repeated?: 'repeated']

const messages: Record<string, readonly FieldSpec[]> = {
  OperatorSetIdProto: [
    ['domain', 1, Type.STRING],
    ['version', 2, Type.INT64],
  ],
  Dimension: [
    ['dim_value', 1, Type.INT64],
    ['dim_param', 2, Type.STRING],
  ],
  TensorShapeProto: [['dim', 1, 'Dimension', 'repeated']],
  TensorTypeProto: [
    ['elem_type', 1, Type.INT32],
    ['shape', 2, 'TensorShapeProto'],
  ],
  TypeProto: [['tensor_type', 1, 'TensorTypeProto']],
  ValueInfoProto: [
    ['name', 1, Type.STRING],
    ['type', 2, 'TypeProto'],
  ],
  StringStringEntryProto: [
    ['key', 1, Type.STRING],
    ['value', 2, Type.STRING],
  ],
  TensorProto: [
    ['dims', 1, Type.INT64, 'repeated'],
    ['data_type', 2, Type.INT32],
    ['name', 8, Type.STRING],
    ['raw_data', 9, Type.BYTES],
    ['external_data', 13, 'StringStringEntryProto', 'repeated'],
    ['data_location', 14, Type.INT32],
  ],
  AttributeProto: [
    ['name', 1, Type.STRING],
    ['f', 2, Type.FLOAT],
    ['i', 3, Type.INT64],
    ['s', 4, Type.BYTES],
    ['floats', 7, Type.FLOAT, 'repeated'],
    ['ints', 8, Type.INT64, 'repeated'],
    ['type', 20, Type.INT32],
  ],
  NodeProto: [
    ['input', 1, Type.STRING, 'repeated'],
    ['output', 2, Type.STRING, 'repeated'],
    ['name', 3, Type.STRING],
    ['op_type', 4, Type.STRING],
    ['attribute', 5, 'AttributeProto', 'repeated'],
    ['domain', 7, Type.STRING],
  ],
  GraphProto: [
    ['node', 1, 'NodeProto', 'repeated'],
    ['name', 2, Type.STRING],
    ['initializer', 5, 'TensorProto', 'repeated'],
    ['input', 11, 'ValueInfoProto', 'repeated'],
    ['output', 12, 'ValueInfoProto', 'repeated'],
  ],
  ModelProto: [
    ['ir_version', 1, Type.INT64],
    ['producer_name', 2, Type.STRING],
    ['graph', 7, 'GraphProto'],
    ['opset_import', 8, 'OperatorSetIdProto', 'repeated'],
  ],
}

function fieldOf([name, number, type, repeated]: FieldSpec): Partial<FieldDescriptorProto> {
  const label = repeated ? Label.REPEATED : Label.OPTIONAL
  const reference = typeof type === 'string' ? { type: Type.MESSAGE, typeName: `.onnx.${type}` } : { type }
  return { name, number, label, ...reference }
}

function modelDescriptor(): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: 'onnx.proto',
    package: 'onnx',
    syntax: 'proto2',
    messageType: Object.entries(messages).map(([name, fields]) => ({ name, field: fields.map(fieldOf) })) as never,
  })
  const descriptor = createFileRegistry(file, () => undefined).getMessage('onnx.ModelProto')
  if (!descriptor) throw new Error('The ONNX descriptor has no ModelProto.')
  return descriptor
}

let descriptor: DescMessage | undefined

/** Serialises a model to the bytes that `InferenceSession.create` takes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  descriptor ??= modelDescriptor()
  return toBinary(descriptor, create(descriptor, model as never))
}
