import type { ResultRecord } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createHistory } from './history.ts';

const record = (camera_id: string) => ({ camera_id }) as ResultRecord;
const cursors = (entries: { cursor: number }[] | undefined) => entries?.map(({ cursor }) => cursor);

describe('the history', () => {
  it('gives what came after a cursor, in parts', () => {
    const history = createHistory(10);
    history.restart(4);
    for (const cursor of [5, 7, 8, 12]) history.add({ cursor, record: record('door') });
    expect(cursors(history.after(4, 2))).toEqual([5, 7]);
    expect(cursors(history.after(7, 10))).toEqual([8, 12]);
    expect(cursors(history.after(10, 10))).toEqual([12]);
    expect(history.after(12, 10)).toEqual([]);
    expect(history.cursor).toBe(12);
  });

  it('says where it does not know what came after: before it began, and what it dropped', () => {
    const history = createHistory(10);
    expect(history.after(-1, 1)).toEqual([]);
    history.restart(4);
    expect([history.cursor, history.after(3, 1), history.after(4, 1)]).toEqual([4, undefined, []]);
    for (let cursor = 5; cursor < 100; cursor++) history.add({ cursor, record: record('door') });
    expect(history.after(5, 1)).toBeUndefined();
    expect(history.after(88, 100)?.length).toBe(11);
  });

  it('gives the newest of one camera or of all', () => {
    const history = createHistory(10);
    for (const [cursor, camera] of ['a', 'b', 'a', 'b'].entries()) history.add({ cursor, record: record(camera) });
    expect(history.newest(3).map(({ camera_id }) => camera_id)).toEqual(['b', 'a', 'b']);
    expect(history.newest(3, { isOf: ({ camera_id }) => camera_id === 'a' }).length).toBe(2);
  });

  it('holds fewer outcomes where they have very many detections', () => {
    const history = createHistory(100);
    const detections = Array.from({ length: 500 }, () => ({ x: 0, y: 0, w: 1, h: 1 }));
    const crowded = { camera_id: 'door', detections } as unknown as ResultRecord;
    for (let cursor = 0; cursor < 1_000; cursor++) history.add({ cursor, record: crowded });
    expect(history.newest(1_000).length).toBeLessThanOrEqual(4);
    expect(history.cursor).toBe(999);
    expect(history.after(990, 1)).toBeUndefined();
  });
});
