import { readFields } from './protobuf.ts';

/** A node of a graph, as it is written in a model. */
export interface GraphNode {
  operator: string;
  inputs: string[];
  outputs: string[];
  /** All of them as they are written, one behind the other. */
  attributes: Buffer;
}

export function readNode(bytes: Uint8Array): GraphNode {
  const texts = (field: number) => readFields(bytes, field).map((one) => Buffer.from(one).toString());
  return {
    operator: texts(4)[0]!,
    inputs: texts(1),
    outputs: texts(2),
    attributes: Buffer.concat(readFields(bytes, 5)),
  };
}
