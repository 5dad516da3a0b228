import { readNode } from './graph-node.ts';
import { attribute, constant, convolution, FLOAT, GRAPH, MODEL, node, tensor, UINT8 } from './onnx.ts';
import { changeFields, encode, type Field, readFields } from './protobuf.ts';

const PIXELS = 'framewire_pixels';
const VALUES = 'framewire_values';
const named = (what: string) => `${PIXELS}_${what}`;

/**
 * Rewrites the one input of a convolutional model, once, in memory: exported for planes of floats of one size, it then takes rows of 8-bit
 * pixels, `[1, 1, height, 3 * width]`, of any size that its strides divide. A frame needs no padding to a square, and JavaScript need not
 * touch its pixels.
 * @param name of the present input; what reads it gets the converted pixels.
 */
export const openInput = (weights: Uint8Array, name: string): Buffer =>
  changeFields(weights, MODEL.graph, (graph) => {
    const rest = [GRAPH.input, GRAPH.inferred].reduce<Uint8Array>((left, field) => without(left, field), graph);
    // the number of rows of an output depends on the size
    const open = changeFields(rest, GRAPH.output, withoutShape);
    const input: Field = [GRAPH.input, tensor(PIXELS, UINT8, [1, 1, 'height', 'columns'])];
    return overRows(open, name, input) ?? Buffer.concat([encode([input, ...toPlanes(name)]), open]);
  });

/** Rows of pixels as planes. */
const toPlanes = (name: string): Field[] => [
  constant(named('shape'), [4], BigInt64Array.of(0n, 0n, -1n, 3n)),
  node('Transpose', [PIXELS], named('rows'), { perm: [0, 2, 3, 1] }),
  node('Reshape', [named('rows'), named('shape')], named('pixels'), {}),
  node('Transpose', [named('pixels')], VALUES, { perm: [0, 3, 1, 2] }),
  node('Cast', [VALUES], name, { to: FLOAT }),
];

/**
 * Lets the first convolution read the rows as they are, as a picture of one channel that is three times as wide: for each pixel its window
 * holds blue, green and red side by side. That saves the planes, 5 % of the time.
 * @returns undefined if the input is read by anything but one convolution of this kind.
 */
function overRows(graph: Uint8Array, name: string, input: Field): Buffer | undefined {
  const nodes = readFields(graph, GRAPH.node).map(readNode);
  const readers = nodes.filter(({ inputs }) => inputs.includes(name));
  const [first] = readers;
  const kernel = first && KERNELS.find(({ attributes }) => first.attributes.equals(attributes));
  if (readers.length !== 1 || first?.operator !== 'Conv' || !kernel) return undefined;
  const [, own, ...bias] = first.inputs as [string, string];
  const { side, stride } = kernel;
  const nth = nodes.indexOf(first);
  const added: Field[] = [
    input,
    node('Cast', [PIXELS], VALUES, { to: FLOAT }),
    constant(named('shape'), [4], BigInt64Array.of(0n, 1n, BigInt(side), -1n)),
    node('Transpose', [own], named('turned'), { perm: [0, 2, 3, 1] }),
    node('Reshape', [named('turned'), named('shape')], named('weights')),
    node('Conv', [VALUES, named('weights'), ...bias], first.outputs[0]!, {
      dilations: [1, 1],
      group: 1,
      kernel_shape: [side, 3 * side],
      pads: [1, 3, 1, 3].map((pad) => (pad * (side - 1)) / 2),
      strides: [stride, 3 * stride],
    }),
  ];
  const kept = changeFields(graph, GRAPH.node, (bytes, n) => (n === nth ? undefined : bytes));
  return Buffer.concat([encode(added), kept]);
}

/** The first convolutions that are known, with their attributes as PyTorch writes them. */
const KERNELS = [1, 2].map((stride) => {
  const attributes = { ...convolution(3, 1), strides: [stride, stride] };
  return {
    side: 3,
    stride,
    attributes: Buffer.concat(Object.entries(attributes).map((one) => encode(attribute(one)))),
  };
});

const without = (graph: Uint8Array, field: number) => changeFields(graph, field, () => undefined);

/** A value's type is its field 2, a tensor's type field 1 of that, and its shape field 2 of that. */
const withoutShape = (value: Uint8Array) =>
  changeFields(value, 2, (type) => changeFields(type, 1, (tensor) => without(tensor, 2)));
