import { describe, expect, it } from 'vitest';
import { replyOf } from './camera-api.ts';
import { emptyForm, formOf, idFrom, patchOf, problemsOf, specOf } from './camera-form.ts';

const none = new Set<string>();

describe('an id is made of the name', () => {
  it.each([
    ['Front door', 'front-door'],
    ['Tür zum Hof', 'tur-zum-hof'],
    ['  Gate #2!', 'gate-2'],
    ['玄関', 'camera'],
  ])('%s: %s', (name, id) => expect(idFrom(name, none)).toBe(id));

  it('and is not one that is taken, or that cannot be', () => {
    expect(idFrom('Door', new Set(['door', 'door-2']))).toBe('door-3');
    expect(idFrom('constructor', none)).toBe('constructor-2');
  });
});

describe('a form', () => {
  const filled = { ...emptyForm(), name: 'Front door', id: 'door', url: ' rtsp://h/live ' };

  it('says what is wrong with each field', () => {
    expect(problemsOf(filled, none)).toEqual({});
    expect(problemsOf({ ...filled, id: 'a b', url: ' ', deadline: 'soon' }, none)).toEqual({
      id: expect.stringMatching(/^a camera id is/),
      url: 'A camera needs an address.',
      deadline: expect.any(String),
    });
    expect(problemsOf(filled, new Set(['door'])).id).toBe('There is a camera door already.');
    expect(problemsOf({ ...filled, topics: [{ topic: 'a', fps: '0' }] }, none).topics).toMatch(/rate above 0/);
    const twice = [1, 2].map((fps) => ({ topic: 'a', fps: `${fps}` }));
    expect(problemsOf({ ...filled, topics: twice }, none).topics).toBe('Two topics have the same name.');
  });

  it('is sent whole for a new camera, and what differs for one that is there', () => {
    const spec = { url: 'rtsp://h/live', topics: { faces: { fps: 10 } }, deadline_ms: 2000, name: 'Front door' };
    expect(specOf(filled)).toEqual(spec);
    const camera = {
      ...spec,
      camera_id: 'door',
      state: 'online',
      fps: 10,
      loop: true,
      since: 0,
      timestamp: 0,
      restarts: 0,
    };
    const before = formOf({ ...camera, topics: undefined } as never);
    expect(patchOf(before, before)).toEqual({});
    expect(patchOf({ ...before, name: '', deadline: '500' }, before)).toEqual({ name: null, deadline_ms: 500 });
    const topics = [...before.topics, { topic: 'objects', fps: '2' }];
    expect(patchOf({ ...before, topics }, before)).toEqual({ topics: { faces: { fps: 10 }, objects: { fps: 2 } } });
  });
});

describe('the answer of the server', () => {
  it('is a picture, a camera, or why not', async () => {
    const picture = await replyOf(new Response('x', { headers: { 'content-type': 'image/jpeg' } }));
    expect(picture).toMatchObject({ ok: true, picture: expect.any(Blob) });
    expect(await replyOf(Response.json({ camera_id: 'door' }))).toEqual({ ok: true, camera: { camera_id: 'door' } });
    expect(await replyOf(new Response(null, { status: 204 }))).toEqual({ ok: true, camera: undefined });
    const refused = Response.json({ error: 'this key only looks', code: 'view_only' }, { status: 403 });
    expect(await replyOf(refused)).toEqual({ ok: false, refusal: 'this key only looks', code: 'view_only' });
    expect(await replyOf(new Response('<html>', { status: 502 }))).toMatchObject({ refusal: 'the server answers 502' });
  });
});
