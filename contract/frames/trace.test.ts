import { describe, expect, it } from 'vitest';
import { beginTrace, type FrameSpan, readTraceparent, spanIdOf, uuidv7, writeTraceparent } from '../index.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a traceparent', () => {
  it('is read and written as W3C has it', () => {
    const context = readTraceparent(TRACE)!;
    expect(context).toEqual({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      flags: '01',
    });
    expect(writeTraceparent(context)).toBe(TRACE);
  });

  it('of a later version may say more', () => {
    expect(readTraceparent(`${TRACE.replace('00-', 'cc-')}-more`)?.span_id).toBe('b7ad6b7169203331');
  });

  it.each([
    undefined,
    '',
    `${TRACE}-more`,
    TRACE.replace('00-', 'ff-'),
    TRACE.toUpperCase(),
    TRACE.replace(/-[0-9a-f]{32}-/, `-${'0'.repeat(32)}-`),
    TRACE.replace('b7ad6b7169203331', '0'.repeat(16)),
    TRACE.slice(0, -1),
  ])('is none: %s', (text) => {
    expect(readTraceparent(text)).toBeUndefined();
  });
});

describe('the trace that a frame begins', () => {
  it('is found by the frame id, and reads as W3C has it', () => {
    const id = '0198c0de-1234-7abc-8def-0123456789ab';
    expect(beginTrace(id).trace_id).toBe('0198c0de12347abc8def0123456789ab');
    expect(readTraceparent(writeTraceparent(beginTrace(id)))).toEqual(beginTrace(id));
  });

  it('names each span of each frame differently, and always the same', () => {
    const spans: FrameSpan[] = ['frame', 'publish', 'queue', 'hold', 'result', 'send'];
    for (let n = 0; n < 20; n++) for (let m = 0; m < 20; m++) spans.push(`invoke.${n}.${m}`);
    const frames = Array.from({ length: 50 }, () => uuidv7());
    const ids = frames.flatMap((frame) => spans.map((span) => spanIdOf(frame, span)));
    expect(new Set(ids).size).toBe(frames.length * spans.length);
    expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
    expect(spanIdOf(frames[0]!, 'invoke.0.1')).toBe(ids[spans.indexOf('invoke.0.1')]);
  });
});
