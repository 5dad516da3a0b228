import { permissions, topology } from '@framewire/contract';
import { connect } from 'amqplib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compare, type DesiredState, declare } from './apply.ts';
import { createEmptyVhost, type EmptyVhost } from './testing/vhost.ts';

let vhost: EmptyVhost;
let desired: DesiredState;

beforeEach(async () => {
  vhost = await createEmptyVhost();
  desired = {
    topology: topology(),
    nodes: 1,
    users: [{ name: vhost.user(), password: 'pass:w@rd/%+', ...permissions().ingest }],
  };
});
afterEach(() => vhost.drop());

const names = (found: { kind: string; name: string }[]) => found.map(({ kind, name }) => `${kind} ${name}`);

it('makes all of it, and has nothing to do when it comes again', async () => {
  const found = await declare(vhost.admin, desired);
  expect(new Set(found.map(({ change }) => change))).toEqual(new Set(['make']));
  expect(found).toHaveLength(Object.values(desired.topology).flat().length + 1);
  expect(await compare(vhost.admin, desired)).toEqual([]);
  expect(await declare(vhost.admin, desired)).toEqual([]);
});

it('makes the vhost itself, with quorum queues where a program says no type', async () => {
  const other = await createEmptyVhost({ exists: false });
  try {
    expect(names(await declare(other.admin, desired))[0]).toBe('vhost ');
    expect(await compare(other.admin, desired)).toEqual([]);
    await other.admin.call('PUT', `queues/${other.admin.vhost}/plain`, { durable: true });
    const plain = await other.admin.call<{ type: string }>('GET', `queues/${other.admin.vhost}/plain`);
    expect(plain?.type).toBe('quorum');
  } finally {
    await other.drop();
  }
});

it('shows the difference without making it', async () => {
  expect((await compare(vhost.admin, desired)).length).toBeGreaterThan(10);
  expect(await vhost.admin.call('GET', `queues/${vhost.admin.vhost}`)).toEqual([]);
  expect(await vhost.admin.call('GET', `users/${desired.users[0]!.name}`)).toBeUndefined();
});

it('mends what was changed by hand, and names it', async () => {
  await declare(vhost.admin, desired);
  const { admin } = vhost;
  const [user] = desired.users;
  const limits = desired.topology.policies[0]!;
  await admin.call('PUT', `policies/${admin.vhost}/${limits.name}`, {
    ...limits,
    definition: { ...limits.definition, 'max-length': 7, overflow: 'drop-head' },
  });
  await admin.call('DELETE', `exchanges/${admin.vhost}/results`);
  await admin.call('PUT', `permissions/${admin.vhost}/${user!.name}`, { configure: '.*', write: '.*', read: '' });

  const found = await declare(admin, desired);
  expect(found.map(({ change, kind, message }) => `${change} ${kind}: ${message}`)).toEqual([
    'change policy: max-length 64, overflow reject-publish',
    'make exchange: topic',
    'make binding: queue',
    String.raw`change user: configure ^amq\.gen.*$, write ^(amq\.gen.*|frames|results)$, read ^(amq\.gen.*|backpressure)$`,
  ]);
  expect(await compare(admin, desired)).toEqual([]);
});

it('tells an old password from the new one, and sets it', async () => {
  await declare(vhost.admin, desired);
  const [user] = desired.users;
  const renewed = { ...desired, users: [{ ...user!, password: 'another' }] };
  expect((await declare(vhost.admin, renewed)).map(({ message }) => message)).toEqual(['another password']);
  expect(await compare(vhost.admin, renewed)).toEqual([]);
  await (await connect(vhost.amqp(user!.name, 'another'))).close();
  await expect(connect(vhost.amqp(user!.name, user!.password))).rejects.toThrow(/ACCESS.REFUSED/);
});

it('gives a user what its part needs and no more', async () => {
  await declare(vhost.admin, desired);
  const [user] = desired.users;
  const connection = await connect(vhost.amqp(user!.name, user!.password));
  connection.on('error', () => {});
  try {
    const publishing = await connection.createConfirmChannel();
    await new Promise<void>((resolve, reject) =>
      publishing.publish('frames', 'faces.door', Buffer.from('jpeg'), {}, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    const declaring = await connection.createChannel();
    declaring.on('error', () => {});
    await expect(declaring.assertQueue('mine')).rejects.toThrow(/ACCESS.REFUSED/);
  } finally {
    await connection.close();
  }
});

it('makes a user who may read the management API, and mends the tag', async () => {
  const { admin } = vhost;
  const nothing = { configure: '^$', write: '^$', read: '^$' };
  const reader = { name: vhost.user(), password: 'a word', tag: 'monitoring' as const, ...nothing };
  const wanted = { ...desired, users: [reader] };
  await declare(admin, wanted);
  expect(await compare(admin, wanted)).toEqual([]);

  await admin.call('PUT', `users/${reader.name}`, { password: reader.password, tags: '' });
  expect((await declare(admin, wanted)).map(({ message }) => message)).toEqual(['tag monitoring']);
  expect(await compare(admin, wanted)).toEqual([]);

  await admin.call('PUT', `users/${reader.name}`, { password: reader.password, tags: 'administrator,monitoring' });
  expect(await declare(admin, wanted)).toEqual([
    expect.objectContaining({ change: 'conflict', message: expect.stringContaining('has the tag administrator,') }),
  ]);
});

it('does nothing at all where a queue of another type is in the way', async () => {
  const { admin } = vhost;
  await admin.call('PUT', `queues/${admin.vhost}/frame_queue`, {
    durable: true,
    arguments: { 'x-queue-type': 'classic' },
  });
  const found = await declare(admin, desired);
  const conflicts = found.filter(({ change }) => change === 'conflict');
  expect(names(conflicts)).toEqual(['queue frame_queue']);
  expect(conflicts[0]!.message).toMatch(/is classic, should be quorum/);
  expect(await admin.call('GET', `policies/${admin.vhost}`)).toEqual([]);
  expect(await admin.call('GET', `users/${desired.users[0]!.name}`)).toBeUndefined();
});

it('leaves a queue that is no longer asked for, and says that it still takes frames', async () => {
  const { admin } = vhost;
  const heavy = { topic: 'objects', queue: 'object_queue', maxLength: 8, maxBytes: 1_000_000 };
  await declare(admin, { ...desired, topology: topology([heavy]) });
  await declare(admin, desired);
  expect(await compare(admin, desired)).toEqual([
    expect.objectContaining({ change: 'remark', kind: 'binding', name: 'frames -> object_queue (objects.*)' }),
  ]);
});

it('does not take a viewer for a leftover, unless it takes frames from under their queue', async () => {
  await declare(vhost.admin, desired);
  const me = new URL(vhost.management);
  const connection = await connect(vhost.amqp(decodeURIComponent(me.username), decodeURIComponent(me.password)));
  try {
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true, arguments: { 'x-queue-type': 'classic' } });
    await channel.bindQueue(queue, 'watched_frames', '*.door');
    expect(await compare(vhost.admin, desired)).toEqual([]);
    await channel.bindQueue(queue, 'frames', '*.door');
    expect(await compare(vhost.admin, desired)).toEqual([
      expect.objectContaining({ change: 'remark', message: expect.stringContaining('are confirmed') }),
    ]);
  } finally {
    await connection.close();
  }
});
