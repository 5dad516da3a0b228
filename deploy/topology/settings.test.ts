import { DEFAULT_TOPICS } from '@framewire/contract';
import { readConfig } from '@framewire/runtime/process';
import { expect, it } from 'vitest';
import { readGrants, settings } from './settings.ts';

const base = { RABBITMQ_MANAGEMENT_URL: 'http://admin:secret@127.0.0.1:15672' };
const topics = (TOPIC_QUEUES: string) => readConfig(settings, { ...base, TOPIC_QUEUES }).TOPIC_QUEUES;

it('a further topic stands beside the first one, which may get other limits', () => {
  expect(topics('bytes=byte_queue:8:1000000')).toEqual([
    ...DEFAULT_TOPICS,
    { topic: 'bytes', queue: 'byte_queue', maxLength: 8, maxBytes: 1_000_000 },
  ]);
  expect(topics('faces=frame_queue:5')).toEqual([{ ...DEFAULT_TOPICS[0], maxLength: 5 }]);
});

it.each(['bytes', 'bytes=', '=q', 'a b=q', 'a=q,a=r', 'a=q,b=q', 'a=frame_queue', 'a=q:x'])('refuses %s', (value) => {
  expect(() => topics(value)).toThrow(/TOPIC_QUEUES: .*allowed: topic=queue/);
});

it('a user is who its part connects as; a part without an address gets none', () => {
  const config = readConfig(settings, {
    ...base,
    TOPIC_QUEUES: 'bytes=byte_queue',
    CONNECTOR_AMQP_URL: 'amqp://taker:a%40b@rabbitmq:5672',
  });
  expect(readGrants(config)).toEqual([
    {
      name: 'taker',
      password: 'a@b',
      configure: '^amq\\.gen.*$',
      write: '^(amq\\.gen.*|results|watched_frames|backpressure)$',
      read: '^(amq\\.gen.*|watched|frame_queue|byte_queue|dead_frames)$',
    },
  ]);
});

it('who reads the length of queues may do nothing else', () => {
  const config = readConfig(settings, { ...base, MONITORING_URL: 'http://keda:a%40b@rabbitmq:15672/' });
  const nothing = { configure: '^$', write: '^$', read: '^$' };
  expect(readGrants(config)).toEqual([{ name: 'keda', password: 'a@b', tag: 'monitoring', ...nothing }]);
});

it('never repeats a secret', () => {
  expect(() => readConfig(settings, { RABBITMQ_MANAGEMENT_URL: 'ftp://admin:secret@x' })).toThrow(/\(secret\)/);
  expect(() => readConfig(settings, { RABBITMQ_MANAGEMENT_URL: 'ftp://admin:secret@x' })).not.toThrow(/admin/);
});
