/** Models with a known answer, written as the protobuf of an ONNX file. */
import { constant, FLOAT, GRAPH, model, node, tensor } from '../detectors/yunet/onnx.ts';
import { encode, type Field } from '../detectors/yunet/protobuf.ts';

/**
 * Answers `rows`, of these dimensions, times the brightest value of its input: a black picture has nothing in it.
 * @param input its dimensions
 */
export const makeModel = (input: number[], rows: number[], dims: number[]): Buffer =>
  encode(
    model([
      node('ReduceMax', ['picture'], 'brightest', { keepdims: 0 }),
      node('Mul', ['rows', 'brightest'], 'found'),
      [2, 'answers fixed values'],
      constant('rows', dims, Float32Array.from(rows)),
      [GRAPH.input, tensor('picture', FLOAT, input)],
      [GRAPH.output, tensor('found', FLOAT, dims)],
    ]),
  );

/**
 * Has YuNet's input and outputs. Each white square of 32 pixels on the grid of stride 32 is a face of 32 pixels around its upper left corner.
 * @param sizeInside the size is written into a constant too, not only into the input
 */
export function makeYunet(side: number, sizeInside = false): Buffer {
  const offset = sizeInside ? [1, 3, side, side] : [1];
  const strides = [8, 16, 32];
  const cells = (stride: number): Field[] => {
    const named = (name: string) => `${name}_${stride}`;
    const window = { kernel_shape: [stride, stride], strides: [stride, stride] };
    return [
      node('AveragePool', ['offset_picture'], named('mean'), window),
      node('ReduceMax', [named('mean')], named('brightness'), { axes: [1], keepdims: 1 }),
      node('Reshape', [named('brightness'), 'one_column'], named('column')),
      node('Mul', [named('column'), stride === 32 ? 'from_white' : 'zero'], named('cls')),
      node('Identity', [named('cls')], named('obj')),
      node('Mul', [named('column'), 'zero'], named('nothing')),
      node('Concat', Array<string>(4).fill(named('nothing')), named('bbox'), { axis: 2 }),
      node('Concat', Array<string>(10).fill(named('nothing')), named('kps'), { axis: 2 }),
      ...['cls', 'obj', 'bbox', 'kps'].map((name): Field => [GRAPH.output, tensor(named(name), FLOAT)]),
    ];
  };
  return encode(
    model([
      node('Add', ['picture', 'offset'], 'offset_picture'),
      ...strides.flatMap(cells),
      [2, 'finds white squares'],
      constant('offset', offset, new Float32Array(offset.reduce((a, b) => a * b))),
      constant('zero', [1], Float32Array.of(0)),
      constant('from_white', [1], Float32Array.of(1 / 255)),
      constant('one_column', [3], BigInt64Array.of(1n, -1n, 1n)),
      [GRAPH.input, tensor('picture', FLOAT, [1, 3, side, side])],
    ]),
  );
}
