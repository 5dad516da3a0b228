/** A model with a known answer, written as the protobuf of an ONNX file. */
import { encode, type Field } from '../detectors/protobuf.ts';

const FLOAT = 1;
const tensorType = (name: string, dims: number[]): Field[] => [
  [1, name],
  [
    2,
    [
      [
        1,
        [
          [1, FLOAT],
          [2, dims.map((size): Field => [1, [[1, size]]])],
        ],
      ],
    ],
  ],
];
const node = (operator: string, inputs: string[], output: string, attributes: Field[] = []): Field => [
  1,
  [...inputs.map((name): Field => [1, name]), [2, output], [4, operator], ...attributes],
];

/**
 * Answers `rows`, of these dimensions, times the brightest value of its input: a black picture has nothing in it.
 * @param input its dimensions
 */
export function makeModel(input: number[], rows: number[], dims: number[]): Buffer {
  const values = new Uint8Array(Float32Array.from(rows).buffer);
  const keepNothing: Field = [
    5,
    [
      [1, 'keepdims'],
      [3, 0],
      [20, 2],
    ],
  ];
  const constant: Field[] = [...dims.map((size): Field => [1, size]), [2, FLOAT], [8, 'rows'], [9, values]];
  const graph: Field[] = [
    node('ReduceMax', ['picture'], 'brightest', [keepNothing]),
    node('Mul', ['rows', 'brightest'], 'found'),
    [2, 'answers fixed values'],
    [5, constant],
    [11, tensorType('picture', input)],
    [12, tensorType('found', dims)],
  ];
  return encode([
    [1, 8],
    [7, graph],
    [
      8,
      [
        [1, ''],
        [2, 13],
      ],
    ],
  ]);
}
