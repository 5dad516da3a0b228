import { expect, it } from 'vitest';
import { permissions, topology } from './topology.ts';

it('every binding joins two things that are declared', () => {
  const { exchanges, queues, bindings } = topology();
  const names = { exchange: exchanges.map((e) => e.name), queue: queues.map((q) => q.name) };
  for (const binding of bindings) {
    expect(names.exchange).toContain(binding.source);
    expect(names[binding.destination_type]).toContain(binding.destination);
  }
});

it('nothing takes a frame but detection queues: one that is confirmed is in one of them', () => {
  const { bindings } = topology();
  const takers = bindings.filter(({ source }) => source === 'frames');
  expect(takers.map(({ destination }) => destination)).toEqual(['frame_queue']);
  for (const { read } of Object.values(permissions())) expect(new RegExp(read).test('frames')).toBe(false);
});

it('a topic of its own gets a queue of its own that a full neighbour does not touch', () => {
  const heavy = { topic: 'objects', queue: 'object_queue', maxLength: 8, maxBytes: 1e6 };
  const { bindings, policies } = topology([heavy]);
  expect(bindings).toContainEqual({
    source: 'frames',
    destination_type: 'queue',
    destination: 'object_queue',
    routing_key: 'objects.*',
  });
  expect(policies.find((p) => p.name === 'framewire-object_queue')?.definition).toMatchObject({
    'max-length': 8,
    overflow: 'reject-publish',
    'dead-letter-strategy': 'at-least-once',
  });
});

it('no user may declare anything but a private queue, and a dot in a name is a dot', () => {
  const users = permissions([{ topic: 'a', queue: 'q.1', maxLength: 1, maxBytes: 1 }]);
  for (const { configure } of Object.values(users)) expect(new RegExp(configure).test('frame_queue')).toBe(false);
  expect(new RegExp(users.connector.read).test('q.1')).toBe(true);
  expect(new RegExp(users.connector.read).test('qx1')).toBe(false);
  expect(new RegExp(users.connector.write).test('frames')).toBe(false);
});

it('sources hear what is asked of them, connectors ask, and neither the other way round', () => {
  const users = permissions();
  const may = (user: keyof typeof users, what: 'read' | 'write', name: string) =>
    new RegExp(users[user][what]).test(name);
  for (const source of ['ingest', 'camera'] as const) {
    expect([may(source, 'read', 'backpressure'), may(source, 'write', 'backpressure')]).toEqual([true, false]);
    expect([may(source, 'read', 'frame_queue'), may(source, 'write', 'frame_queue')]).toEqual([false, false]);
  }
  expect([may('connector', 'write', 'backpressure'), may('connector', 'read', 'backpressure')]).toEqual([true, false]);
});

it('whoever wants frames says which cameras are watched, and who shows frames hears it', () => {
  const users = permissions();
  const who = (what: 'read' | 'write') =>
    Object.entries(users).flatMap(([name, user]) => (new RegExp(user[what]).test('watched') ? [name] : []));
  expect([who('write'), who('read')]).toEqual([
    ['results', 'sightings'],
    ['camera', 'connector'],
  ]);
});

it('results-ws publishes its incidents, and puts nothing into the queues of others', () => {
  const write = new RegExp(permissions().results.write);
  expect(['results', 'amq.gen-x1'].map((name) => write.test(name))).toEqual([true, true]);
  for (const name of ['frames', 'watched_frames', 'results2', 'frame_queue', 'amq.default', ''])
    expect(write.test(name)).toBe(false);
});

it('track-objects turns outcomes into tracks, and may do nothing else', () => {
  const { tracker } = permissions();
  const write = new RegExp(tracker.write);
  const read = new RegExp(tracker.read);
  expect(['tracks', 'results', 'frames'].map((name) => write.test(name))).toEqual([true, false, false]);
  expect(['result_queue', 'track_queue', 'frame_queue'].map((name) => read.test(name))).toEqual([true, true, false]);
});

it('sightings notifies the pages of results-ws, and reads none of it', () => {
  const { sightings, results } = permissions();
  expect(
    [sightings.write, sightings.read, results.write, results.read].map((p) => new RegExp(p).test('notifications')),
  ).toEqual([true, false, false, true]);
});
