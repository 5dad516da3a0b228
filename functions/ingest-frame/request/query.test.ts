import { describe } from 'vitest';
import { jpeg } from '../testing/ingest.ts';
import { itRefuses, useIngest } from '../testing/refusals.ts';

const { post } = useIngest();

const ask = (query: string) => post(jpeg(), query);
const lastWeek = () => new Date(Date.now() - 7 * 86_400_000).toISOString();
const KEYS = /unknown parameter "camera_id": use camera; there are camera, topic, captured_at, deadline_ms/;
const SECONDS = /captured_at: 1700000000 .*, looks like seconds; milliseconds since the epoch are wanted/;

describe('an address that is refused', () => {
  itRefuses([
    [
      'a bad camera id',
      () => ask('?camera=front%20door'),
      400,
      'bad_camera',
      /camera: "front door"; a camera id is 1 to 64 letters/,
    ],
    ['an empty camera id', () => ask('?camera='), 400, 'bad_camera', /camera: ""; a camera id is/],
    ['a capture time in seconds', () => ask('?captured_at=1700000000'), 400, 'bad_captured_at', SECONDS],
    [
      'a capture time in nanoseconds',
      () => ask(`?captured_at=${Date.now()}000000`),
      400,
      'bad_captured_at',
      /captured_at: .*looks like nanoseconds; milliseconds/,
    ],
    [
      'a capture of last week',
      () => ask(`?captured_at=${lastWeek()}`),
      400,
      'bad_captured_at',
      /captured_at: .*is 168 h before .*at most 24 h/,
    ],
    [
      'a capture time that is no number',
      () => ask('?captured_at=now'),
      400,
      'bad_captured_at',
      /"now" is not accepted/,
    ],
    ['a parameter that is called otherwise', () => ask('?camera_id=door'), 400, 'unknown_parameter', KEYS],
    [
      'a parameter that lacks a letter',
      () => ask('?deadlin_ms=2000'),
      400,
      'unknown_parameter',
      /"deadlin_ms": use deadline_ms/,
    ],
    [
      'a parameter twice',
      () => ask('?camera=door&camera=yard'),
      400,
      'repeated_parameter',
      /"camera" is given 2 times/,
    ],
    [
      'a deadline that is no number',
      () => ask('?deadline_ms=soon'),
      400,
      'bad_deadline_ms',
      /deadline_ms: "soon"; a whole number/,
    ],
    [
      'a deadline of a week',
      () => ask('?deadline_ms=604800000'),
      400,
      'bad_deadline_ms',
      /deadline_ms: "604800000"; at most 86400000/,
    ],
    [
      'a deadline that has passed',
      () => ask(`?captured_at=${Date.now() - 9_000}&deadline_ms=2000`),
      400,
      'deadline_passed',
      /passed \d+ ms ago/,
    ],
    ['a topic that is not served', () => ask('?topic=cats'), 404, 'no_such_topic', /"cats"; topics: faces/],
    [
      'an empty idempotency key',
      () => post(jpeg(), '', { 'idempotency-key': '' }),
      400,
      'bad_idempotency_key',
      /1 to 255/,
    ],
  ]);
});
