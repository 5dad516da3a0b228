import { EXCHANGE, INVOCATION_HEADER, QUEUE, RECORD_TYPE, uuidv7 } from '@framewire/contract';
import { derivedFrameId } from '@framewire/runtime/frames';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ANSWER, detector } from '../testing/gateway.ts';
import { JPEG, startTestSystem, type TestSystem } from '../testing/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  system.gateway.functions.set('detect', detector());
  await system.start();
});
afterAll(() => system.close());
beforeEach(() => system.gateway.functions.set('detect', detector()));

const answering = (answer: Parameters<typeof detector>[0]) => system.gateway.functions.set('detect', detector(answer));
const record = (id: string) => waitFor(`the outcome of ${id}`, () => system.records(id)[0]);
const passedOn = (id: string) =>
  waitFor('its message', () => system.messages.find(({ properties }) => properties.messageId === id));

describe('the outcome of a frame', () => {
  it('is detected, with where its time went', async () => {
    const id = await system.send({ source: 's', seq: 3, shed: [[2, 2]], still: [[1, 1]] });
    const result = await record(id);
    expect(result).toMatchObject({ camera_id: 'door', source: 's', seq: 3, shed: [[2, 2]], still: [[1, 1]] });
    expect(result.outcome).toBe('detected');
    expect(result).toMatchObject({ detections: [{ x: 1, y: 2, w: 3, h: 4 }], node_id: 'replica-1' });
    const { captured_at, published_at, received_at, invoked_at, answered_at, detect } = result.stages;
    expect(detect).toBe(2);
    const inOrder = [captured_at, published_at, received_at, invoked_at, answered_at];
    expect(inOrder).toEqual([...inOrder].sort());
    expect((await passedOn(id)).properties).toMatchObject({
      type: RECORD_TYPE.result,
      contentType: 'application/json',
      deliveryMode: 2,
    });
  });

  it('comes of the very bytes, and the function learns where they are from', async () => {
    const seen: { headers: Record<string, string>; body: Buffer }[] = [];
    answering({
      async answer(c) {
        seen.push({ headers: c.req.header(), body: Buffer.from(await c.req.arrayBuffer()) });
        return c.text('bad', 400);
      },
    });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const deadline_ms = Date.now() + 60_000;
    const id = await system.send({ traceparent, deadline_ms });
    await record(id);
    expect(seen[0]?.body.equals(JPEG)).toBe(true);
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'image/jpeg',
      [INVOCATION_HEADER.connector]: 'framewire-rabbitmq',
      [INVOCATION_HEADER.topic]: QUEUE.frames,
      [INVOCATION_HEADER.messageId]: id,
      [INVOCATION_HEADER.routingKey]: 'faces.door',
      [INVOCATION_HEADER.frameId]: id,
      [INVOCATION_HEADER.cameraId]: 'door',
      [INVOCATION_HEADER.deadline]: `${deadline_ms}`,
      traceparent,
    });
  });

  it('is rejected with the reason of the function', async () => {
    answering({ answer: (c) => c.json({ error: 'the picture is damaged', code: 'damaged' }, 400) });
    expect(await record(await system.send())).toMatchObject({
      outcome: 'rejected',
      reason: 'the picture is damaged',
      reason_code: 'bad_image',
      http_status: 400,
      function_code: 'damaged',
    });
    answering({ answer: (c) => c.text('x'.repeat(1_000), 415) });
    expect((await record(await system.send())).reason).toBe('x'.repeat(300));
  });

  it('is detected though its routing key and its trace can stand in no header', async () => {
    answering({ answer: (c) => c.json(ANSWER) });
    const id = uuidv7();
    const headers = { camera_id: 'door', captured_at: Date.now(), traceparent: '00-ü\n' };
    await publish(EXCHANGE.frames, 'faces.дверь', JPEG, { messageId: id, contentType: 'image/jpeg', headers });
    expect(await record(id)).toMatchObject({ outcome: 'detected' });
    expect((await (await system.get('/readyz')).text()).trim()).toBe('ready');
  });

  it('is expired where its deadline has passed, and nobody is invoked', async () => {
    let invoked = 0;
    answering({ answer: (c) => c.text(`${++invoked}`, 400) });
    // as from a producer that sets no expiration
    const id = uuidv7();
    const headers = { camera_id: 'door', captured_at: Date.now() - 3_000, deadline_ms: Date.now() - 1_000 };
    await publish(EXCHANGE.frames, 'faces.door', JPEG, { messageId: id, contentType: 'image/jpeg', headers });
    const result = await record(id);
    expect(result).toMatchObject({ outcome: 'expired', reason_code: 'deadline_in_queue' });
    expect(result.reason).toMatch(/^its deadline passed \d+ ms ago: it waited in frame_queue$/);
    expect(invoked).toBe(0);
  });

  it('is expired where more live frames come than can be detected: those that are detected are fresh', async () => {
    const held: (() => void)[] = [];
    let isOver = false;
    answering({
      async answer(c) {
        if (!isOver) await new Promise<void>((resolve) => held.push(resolve));
        return c.json(ANSWER);
      },
    });
    const live: string[] = [];
    const lasting = await system.send(); // somebody waits for this one as long as it takes
    const records = () => live.flatMap(system.records);
    const detected = () => records().filter(({ outcome }) => outcome === 'detected');
    // six frames are sent for each that is answered, and one is answered each 100 ms at most
    const flood = async () => {
      for (let n = 0; n < 6; n++) {
        const id = await system.send({ deadline_ms: Date.now() + 20_000 }).catch(() => undefined); // the queue may be full
        if (id) live.push(id);
      }
      held.shift()?.();
      return records().filter(({ reason_code }) => reason_code === 'stale').length > 40 && detected().length >= 60;
    };
    await waitFor('the outcomes of the flood', flood, { timeout: 80_000, every: 100 });
    const stages = detected().map((record) => record.stages);
    isOver = true;
    for (const answer of held) answer();
    await waitFor('every outcome', () => live.every((id) => system.records(id)[0])); // the queue is empty for the next
    // They may wait a twentieth of their life: ten answers, and more where this process was held up. One behind a queue of 64 sees as
    // many invoked before it.
    const overtaken = stages.map(
      ({ published_at, invoked_at }) =>
        stages.filter((other) => other.invoked_at! > published_at! && other.invoked_at! < invoked_at!).length,
    );
    expect(Math.max(...overtaken)).toBeLessThan(40);
    expect(await record(lasting)).toMatchObject({ outcome: 'detected' });
    expect(await system.metric('connector_frames_shed_total', { queue: 'frame_queue' })).toBeGreaterThan(40);
  }, 90_000);

  it('is rejected where the message is no frame, and names what is wrong', async () => {
    const rubbish = { messageId: uuidv7() };
    await publish(EXCHANGE.frames, 'faces.yard', Buffer.from('rubbish'), rubbish);
    expect(await record(rubbish.messageId)).toMatchObject({
      camera_id: 'yard',
      outcome: 'rejected',
      reason_code: 'bad_message',
      reason: expect.stringMatching(/^not a frame: the body is neither: it starts with .*; a JPEG is wanted/),
    });

    const wrong = {
      messageId: uuidv7(),
      contentType: 'image/jpeg',
      headers: { camera_id: 'a b', captured_at: Date.now() },
    };
    await publish(EXCHANGE.frames, 'faces.yard', JPEG, wrong);
    expect((await record(wrong.messageId)).reason).toContain('camera id is 1 to 64 letters');

    const json = Buffer.from('{"frame": "***", "timestamp": 1}');
    await publish('', QUEUE.frames, json, NO_ID);
    expect(await record(derivedFrameId(json))).toMatchObject({
      camera_id: 'default',
      reason: expect.stringContaining('frame'),
    });
  });
});

describe('a legacy message', () => {
  it('is camera default, and always the same frame', async () => {
    const timestamp = Math.floor(Date.now() / 1_000) + 0.5;
    const body = Buffer.from(JSON.stringify({ frame: JPEG.toString('base64'), timestamp }));
    await publish('', QUEUE.frames, body);
    const id = derivedFrameId(body);
    expect(await record(id)).toMatchObject({
      camera_id: 'default',
      outcome: 'detected',
      original_timestamp: timestamp,
    });
  });
});

describe('a producer whose clock is off', () => {
  it.each([
    ['behind', -600_000],
    ['ahead', 600_000],
  ])('by ten minutes, %s, is named, and its frames are detected by the clock of this side', async (name, off) => {
    const camera_id = `clock-${name}`;
    const expected: Record<string, unknown>[] = [];
    const result = await waitFor('a frame whose moments were put right', async () => {
      const at = Date.now() + off;
      const id = uuidv7();
      const headers = { camera_id, captured_at: at, published_at: at, deadline_ms: at + 5_000 };
      await publish(EXCHANGE.frames, `faces.${camera_id}`, JPEG, { messageId: id, contentType: 'image/jpeg', headers });
      const [answer] = [await record(id)];
      if (answer.stages.clock_offset === undefined) expected.push(answer);
      return answer.stages.clock_offset === undefined ? undefined : answer;
    });
    expect(result).toMatchObject({ camera_id, outcome: 'detected' });
    const { clock_offset, captured_at, received_at } = result.stages;
    expect(Math.abs(clock_offset! - off)).toBeLessThan(5_000);
    expect(Math.abs(captured_at! - received_at!)).toBeLessThan(5_000);
    // until it is known they are late by their own deadline: not the queue's fault
    for (const early of expected.slice(1))
      expect(early).toMatchObject(
        off > 0
          ? { outcome: 'detected' }
          : { outcome: 'expired', reason_code: 'clock_skew', reason: expect.stringContaining(camera_id) },
      );
  });
});

describe('a function that is no detector', () => {
  it('has its result passed on as it is', async () => {
    answering({ answer: (c) => c.body('<plate>AB 123</plate>', 200, { 'content-type': 'application/xml' }) });
    const id = await system.send({ source: 's', seq: 4, shed: [[3, 3]], still: [[2, 2]] });
    const { properties, fields, content } = await passedOn(id);
    expect(content.toString()).toBe('<plate>AB 123</plate>');
    expect(fields.routingKey).toBe('door');
    expect(properties.type).toBeUndefined();
    expect(properties.contentType).toBe('application/xml');
    const ranges = { shed: '[[3,3]]', still: '[[2,2]]' };
    const headers = { frame_id: id, camera_id: 'door', topic: 'faces', source: 's', seq: 4, ...ranges };
    expect(properties.headers).toMatchObject(headers);
  });

  it('may have none: that the frame is done with is published all the same', async () => {
    answering({ answer: (c) => c.body(null, 204) });
    const id = await system.send({ camera_id: 'empty', source: 's', seq: 5 });
    const dropped = () => system.metric('cv_frames_total', { camera_id: 'empty', outcome: 'dropped' });
    await waitFor('the count', dropped);
    const { properties, content } = await passedOn(id);
    expect(content).toHaveLength(0);
    expect(properties.type).toBeUndefined();
    expect(properties.headers).toMatchObject({ frame_id: id, source: 's', seq: 5 });
    expect(await dropped()).toBe(1);
  });
});

/** The session would make one up. */
const NO_ID = { messageId: 'none' };

const publish = (exchange: string, key: string, content: Buffer, properties = {}) =>
  system.broker.publish({ exchange, key, content, properties, timeoutMs: 5_000 });
