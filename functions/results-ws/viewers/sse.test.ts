import { once } from 'node:events';
import { waitFor } from '@framewire/runtime/process';
import { describe, expect, it } from 'vitest';
import { json, openEvents, useReplicas } from '../testing/http.ts';
import { view } from '../testing/replica.ts';

const system = useReplicas();

describe('server-sent events', () => {
  it('say what a WebSocket would, frames in base64, and resume after Last-Event-ID', async () => {
    const url = await system.start();
    const first = await openEvents(`${url}/api/events?cameras=door`);
    const withFrame = () => first.events.find(({ data }) => typeof data.frame === 'string');
    await waitFor('a frame', async () => {
      await system.producer.frame('door');
      return withFrame();
    });
    expect(first.events.slice(0, 2).map(({ data }) => data.type)).toEqual(['cameras', 'hello']);
    const { id, data } = withFrame()!;
    expect(Number(id)).toBe(data.cursor);
    expect(Buffer.from(data.frame as string, 'base64').length).toBe(100);
    await first.close();

    const { frame_id } = await system.producer.result({});
    await waitFor('it to be read', () => system.replicas[0]!.results.history.newest(1)[0]?.frame_id === frame_id);
    const again = await openEvents(`${url}/api/events`, { 'last-event-id': id! });
    const missed = await waitFor('what it missed', () =>
      again.events.find(({ data }) => (data.record as { frame_id: string } | undefined)?.frame_id === frame_id),
    );
    expect(missed.data.replay).toBe(true);
    expect(again.events.find(({ data }) => data.type === 'hello')!.data.resumed).toBe(true);
    await again.close();
    await waitFor('it to leave', () => system.replicas[0]!.results.hub.size === 0);
  });

  it('refuse what they cannot mean', async () => {
    const url = await system.start({ maxViewers: 1 });
    expect(await json(await fetch(`${url}/api/events?cameras=a%20b`))).toMatchObject([400, { code: 'cameras' }]);
    expect(await json(await fetch(`${url}/api/events?resume=soon`))).toMatchObject([400, { code: 'resume' }]);
    // who asks for the head alone is no viewer
    for (let n = 0; n < 3; n++) expect((await fetch(`${url}/api/events`, { method: 'HEAD' })).status).toBe(200);
    const one = await openEvents(`${url}/api/events`);
    expect(await json(await fetch(`${url}/api/events`))).toMatchObject([503, { code: 'viewers' }]);
    await one.close();
  });
});

it('a replica that ends says goodbye to all, and waits for nobody', async () => {
  await system.start();
  const replica = system.replicas.pop()!;
  const events = await openEvents(`${replica.url}/api/events`);
  const viewer = await view(replica.url);
  const goodbye = once(viewer.socket, 'close');
  await replica.close();
  expect((await goodbye)[0]).toBe(1012);
  await events.ended;
});
