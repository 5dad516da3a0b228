import { changeFields, encode, type Field } from './protobuf.ts';

// onnx.proto3
const MODEL = { graph: 7 };
const GRAPH = { node: 1, input: 11, output: 12, inferred: 13 };
const [FLOAT, UINT8] = [1, 2];
const PIXELS = 'framewire_pixels';
const VALUES = 'framewire_values';

/**
 * Rewrites the one input of a convolutional model, once, in memory: exported for planes of floats of one size, it then takes rows of 8-bit
 * pixels, `[1, height, width, 3]`, of any size that its strides divide. A frame needs no padding to a square, and JavaScript need not touch
 * its pixels.
 * @param name of the present input; its first node gets the converted pixels under this name.
 */
export const openInput = (weights: Uint8Array, name: string): Buffer =>
  changeFields(weights, MODEL.graph, (graph) => {
    const rest = [GRAPH.input, GRAPH.inferred].reduce<Uint8Array>((left, field) => without(left, field), graph);
    // the number of rows of an output depends on the size
    const open = changeFields(rest, GRAPH.output, withoutShape);
    return Buffer.concat([
      encode([
        node('Transpose', PIXELS, VALUES, [
          'perm',
          [
            [8, 0],
            [8, 3],
            [8, 1],
            [8, 2],
            [20, 7],
          ],
        ]),
        node('Cast', VALUES, name, [
          'to',
          [
            [3, FLOAT],
            [20, 2],
          ],
        ]),
        [
          GRAPH.input,
          [
            [1, PIXELS],
            [
              2,
              [
                [
                  1,
                  [
                    [1, UINT8],
                    [2, SHAPE],
                  ],
                ],
              ],
            ],
          ],
        ],
      ]),
      open,
    ]);
  });

const without = (graph: Uint8Array, field: number) => changeFields(graph, field, () => undefined);

/** A value's type is its field 2, a tensor's type field 1 of that, and its shape field 2 of that. */
const withoutShape = (value: Uint8Array) =>
  changeFields(value, 2, (type) => changeFields(type, 1, (tensor) => without(tensor, 2)));

const SHAPE: Field[] = [
  [1, [[1, 1]]],
  [1, [[2, 'height']]],
  [1, [[2, 'width']]],
  [1, [[1, 3]]],
];

const node = (operator: string, input: string, output: string, [name, value]: [string, Field[]]): Field => [
  GRAPH.node,
  [
    [1, input],
    [2, output],
    [4, operator],
    [5, [[1, name], ...value]],
  ],
];
