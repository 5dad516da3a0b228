import { describe, expect, it } from 'vitest';
import { countingLines, zones } from './areas.ts';
import { isSimple, isWithinPolygon, segmentsMeet } from './geometry.ts';
import type { Point } from './point.ts';

const SQUARE: Point[] = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.8, 0.8],
  [0.2, 0.8],
];
/** A square with a notch in its right side. */
const NOTCHED: Point[] = [
  [0, 0],
  [1, 0],
  [0.5, 0.5],
  [1, 1],
  [0, 1],
];
const BOW_TIE: Point[] = [
  [0, 0],
  [1, 1],
  [1, 0],
  [0, 1],
];

describe('segments', () => {
  it.each<[string, [Point, Point], [Point, Point], boolean]>([
    [
      'cross',
      [
        [0, 0],
        [1, 1],
      ],
      [
        [0, 1],
        [1, 0],
      ],
      true,
    ],
    [
      'end on each other',
      [
        [0, 0],
        [1, 0],
      ],
      [
        [0.5, 0],
        [0.5, 1],
      ],
      true,
    ],
    [
      'lie on each other',
      [
        [0, 0],
        [0.6, 0],
      ],
      [
        [0.4, 0],
        [1, 0],
      ],
      true,
    ],
    [
      'follow each other on one line with a gap',
      [
        [0, 0],
        [0.4, 0],
      ],
      [
        [0.6, 0],
        [1, 0],
      ],
      false,
    ],
    [
      'run side by side',
      [
        [0, 0],
        [1, 0],
      ],
      [
        [0, 0.1],
        [1, 0.1],
      ],
      false,
    ],
    [
      'would cross if they were longer',
      [
        [0, 0],
        [0.4, 0.4],
      ],
      [
        [0, 1],
        [1, 0],
      ],
      false,
    ],
  ])('that %s', (_, one, other, meet) => {
    expect(segmentsMeet(one, other)).toBe(meet);
    expect(segmentsMeet(other, one)).toBe(meet);
    expect(segmentsMeet([one[1], one[0]], other)).toBe(meet);
  });
});

describe('a polygon', () => {
  it('is simple, clockwise or not, with a notch or without', () => {
    for (const polygon of [
      SQUARE,
      SQUARE.toReversed(),
      NOTCHED,
      [
        [0, 0],
        [1, 0],
        [0.5, 1],
      ] as Point[],
    ])
      expect(isSimple(polygon)).toBe(true);
  });

  it.each<[string, Point[]]>([
    ['its edges cross', BOW_TIE],
    [
      'a corner lies on another edge',
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0.5, 0],
        [0, 1],
      ],
    ],
    [
      'two corners are the same',
      [
        [0, 0],
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    ],
    [
      'it goes back the way it came',
      [
        [0, 0],
        [1, 0],
        [0.5, 0],
      ],
    ],
    [
      'all corners are on one line',
      [
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ],
    ],
    [
      'the last edge goes back on the first',
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0.5, 0],
      ],
    ],
  ])('is not where %s', (_, polygon) => {
    expect(isSimple(polygon)).toBe(false);
    expect(isSimple(polygon.toReversed())).toBe(false);
  });

  it('contains what is inside, and not what is in its notch', () => {
    expect(isWithinPolygon(SQUARE, [0.5, 0.5])).toBe(true);
    expect(isWithinPolygon(SQUARE, [0.1, 0.5])).toBe(false);
    expect(isWithinPolygon(NOTCHED, [0.25, 0.5])).toBe(true);
    expect(isWithinPolygon(NOTCHED, [0.9, 0.5])).toBe(false);
  });

  it('contains its border, so that an object at the lower edge of the frame is in a zone that reaches there', () => {
    const lowerHalf: Point[] = [
      [0, 0.5],
      [1, 0.5],
      [1, 1],
      [0, 1],
    ];
    for (const place of [
      [0.5, 1],
      [0, 0.7],
      [1, 0.7],
      [0, 1],
      [0.5, 0.5],
    ] as Point[])
      expect(isWithinPolygon(lowerHalf, place)).toBe(true);
  });
});

it('a zone whose edges cross is refused, and so is a line that ends where it begins', () => {
  const messageOf = (parsed: { error?: { issues: { message: string }[] } }) => parsed.error?.issues[0]?.message;
  expect(messageOf(zones.safeParse([{ name: 'yard', points: BOW_TIE }]))).toMatch(/must not cross/);
  expect(messageOf(countingLines.safeParse([{ name: 'door', from: [0.5, 0.5], to: [0.5, 0.5] }]))).toMatch(
    /two different ends/,
  );
  expect(zones.safeParse([{ name: 'yard', points: SQUARE }]).success).toBe(true);
});
