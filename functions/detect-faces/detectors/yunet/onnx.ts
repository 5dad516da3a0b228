import type { Field } from './protobuf.ts';

/** Numbers of fields and types of `onnx.proto3`. */
export const MODEL = { graph: 7 };
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, inferred: 13 };
export const [FLOAT, UINT8, INT64] = [1, 2, 7] as const;
const [INT, INTS] = [2, 7];

/** A node of a graph, with one output. */
export const node = (
  operator: string,
  inputs: string[],
  output: string,
  attributes: Record<string, number | number[]> = {},
): Field => [
  GRAPH.node,
  [
    ...inputs.map((name): Field => [1, name]),
    [2, output],
    [4, operator],
    ...Object.entries(attributes).map((one): Field => [5, attribute(one)]),
  ],
];

export const attribute = ([name, value]: [string, number | number[]]): Field[] =>
  typeof value === 'number'
    ? [
        [1, name],
        [3, value],
        [20, INT],
      ]
    : [[1, name], ...value.map((one): Field => [8, one]), [20, INTS]];

/** The attributes of a convolution that keeps the size, as PyTorch writes them. */
export const convolution = (side: number, group: number) => ({
  dilations: [1, 1],
  group,
  kernel_shape: [side, side],
  pads: Array<number>(4).fill((side - 1) / 2),
  strides: [1, 1],
});

/** The declaration of an input or output. A name instead of a size: any; no sizes: of any shape. */
export const tensor = (name: string, type: number, sizes?: (number | string)[]): Field[] => {
  const shape = sizes?.map((size): Field => [1, [[typeof size === 'number' ? 1 : 2, size]]]);
  return [
    [1, name],
    [2, [[1, [[1, type], ...(shape ? [[2, shape] as Field] : [])]]]],
  ];
};

/** A constant. */
export const constant = (name: string, sizes: number[], values: Float32Array | BigInt64Array): Field => [
  GRAPH.initializer,
  [
    ...sizes.map((size): Field => [1, size]),
    [2, values instanceof Float32Array ? FLOAT : INT64],
    [8, name],
    [9, new Uint8Array(values.buffer)],
  ],
];

/** A model of one graph with these fields. */
export const model = (graph: Field[]): Field[] => [
  [1, 8],
  [MODEL.graph, graph],
  [
    8,
    [
      [1, ''],
      [2, 13],
    ],
  ],
];
