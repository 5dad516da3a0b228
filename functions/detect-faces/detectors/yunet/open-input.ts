import { FLOAT, GRAPH, MODEL, node, tensor, UINT8 } from './onnx.ts';
import { changeFields, encode } from './protobuf.ts';

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
        node('Transpose', [PIXELS], VALUES, { perm: [0, 3, 1, 2] }),
        node('Cast', [VALUES], name, { to: FLOAT }),
        [GRAPH.input, tensor(PIXELS, UINT8, [1, 'height', 'width', 3])],
      ]),
      open,
    ]);
  });

const without = (graph: Uint8Array, field: number) => changeFields(graph, field, () => undefined);

/** A value's type is its field 2, a tensor's type field 1 of that, and its shape field 2 of that. */
const withoutShape = (value: Uint8Array) =>
  changeFields(value, 2, (type) => changeFields(type, 1, (tensor) => without(tensor, 2)));
