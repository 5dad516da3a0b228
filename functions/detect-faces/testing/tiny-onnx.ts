/** Models with a known answer, written as the protobuf of an ONNX file. */
import { constant, convolution, FLOAT, GRAPH, model, node, tensor } from '../detectors/yunet/onnx.ts';
import { encode, type Field } from '../detectors/yunet/protobuf.ts';

/**
 * Answers `rows`, of these dimensions, times the brightest value of its input: a black picture has nothing in it.
 * @param input its dimensions
 * @param metadata as an exporter adds it
 * @param layers of 64 channels that it computes besides and makes nothing of: each takes 0.3 GFLOP at 64 x 64 pixels
 */
export const makeModel = (
  input: number[],
  rows: number[],
  dims: number[],
  { metadata = {}, layers = 0 }: { metadata?: Record<string, string>; layers?: number } = {},
): Buffer =>
  encode([
    ...Object.entries(metadata).map(
      ([key, value]): Field => [
        14,
        [
          [1, key],
          [2, value],
        ],
      ],
    ),
    ...model([
      node('ReduceMax', ['picture'], 'brightest', { keepdims: 0 }),
      node('Mul', ['rows', 'brightest'], layers ? 'answer' : 'found'),
      ...(layers ? work(layers) : []),
      [2, 'answers fixed values'],
      constant('rows', dims, Float32Array.from(rows)),
      [GRAPH.input, tensor('picture', FLOAT, input)],
      [GRAPH.output, tensor('found', FLOAT, dims)],
    ]),
  ]);

const CHANNELS = 64;

function work(layers: number): Field[] {
  const weights = (channels: number) => new Float32Array(9 * CHANNELS * channels).fill(1 / (9 * channels));
  return [
    constant('first_weights', [CHANNELS, 3, 3, 3], weights(3)),
    constant('weights', [CHANNELS, CHANNELS, 3, 3], weights(CHANNELS)),
    constant('nothing', [1], new Float32Array(1)),
    ...Array.from({ length: layers }, (_, n) =>
      node('Conv', n ? [`layer_${n}`, 'weights'] : ['picture', 'first_weights'], `layer_${n + 1}`, convolution(3, 1)),
    ),
    node('ReduceMax', [`layer_${layers}`], 'worked', { keepdims: 0 }),
    node('Mul', ['worked', 'nothing'], 'worked_for_nothing'),
    node('Add', ['answer', 'worked_for_nothing'], 'found'),
  ];
}

/**
 * Has YuNet's input, outputs and heads. Each white square of 32 pixels on the grid of stride 32 is a face, its points
 * `[0, 0.1], [0.2, 0.3]...` of the square away from its corner.
 * @param sizeInside the size is written into a constant too, not only into the input
 */
export function makeYunet(side: number, sizeInside = false): Buffer {
  const offset = sizeInside ? [1, 3, side, side] : [1];
  return encode(
    model([
      node('Add', ['picture', 'offset'], 'offset_picture'),
      ...[8, 16, 32].flatMap((stride) => {
        const size = [stride, stride];
        const score = { weight: stride === 32 ? 20 / 3 / 255 : 0, bias: [-10] };
        return [
          node('AveragePool', ['offset_picture'], `mean_${stride}`, { kernel_shape: size, strides: size }),
          ...head(stride, 'cls', score),
          ...head(stride, 'obj', score),
          ...head(stride, 'bbox', { weight: 0, bias: [0.5, 0.5, 0, 0] }),
          ...head(stride, 'kps', { weight: 0, bias: Array.from({ length: 10 }, (_, n) => n / 10) }),
        ];
      }),
      [2, 'finds white squares'],
      constant('offset', offset, new Float32Array(offset.reduce((a, b) => a * b))),
      [GRAPH.input, tensor('picture', FLOAT, [1, 3, side, side])],
    ]),
  );
}

/** A pointwise convolution, a depthwise one that changes nothing, and what brings their values into rows. */
function head(stride: number, name: string, { weight, bias }: { weight: number; bias: number[] }): Field[] {
  const output = `${name}_${stride}`;
  const named = (part: string) => `${output}_${part}`;
  const channels = bias.length;
  const centre = Float32Array.from({ length: 9 * channels }, (_, n) => (n % 9 === 4 ? 1 : 0));
  const isScore = channels === 1;
  return [
    node('Conv', [`mean_${stride}`, named('w1'), named('b1')], named('pointwise'), convolution(1, 1)),
    node('Conv', [named('pointwise'), named('w2'), named('b2')], named('depthwise'), convolution(3, channels)),
    node('Transpose', [named('depthwise')], named('last'), { perm: [0, 2, 3, 1] }),
    node('Reshape', [named('last'), named('rows')], isScore ? named('logit') : output),
    ...(isScore ? [node('Sigmoid', [named('logit')], output)] : []),
    constant(named('w1'), [channels, 3, 1, 1], new Float32Array(3 * channels).fill(weight)),
    constant(named('b1'), [channels], Float32Array.from(bias)),
    constant(named('w2'), [channels, 1, 3, 3], centre),
    constant(named('b2'), [channels], new Float32Array(channels)),
    constant(named('rows'), [3], BigInt64Array.of(1n, -1n, BigInt(channels))),
    [GRAPH.output, tensor(output, FLOAT)],
  ];
}
