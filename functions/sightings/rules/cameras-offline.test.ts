import type { CameraRecord } from '@framewire/contract';
import { expect, it } from 'vitest';
import { createOfflineCameras } from './cameras-offline.ts';

const record = (state: CameraRecord['state'], timestamp: number, since = timestamp): CameraRecord => ({
  camera_id: 'door',
  state,
  since,
  timestamp,
  restarts: 0,
});

it('a camera is offline from when its connector first said so, through all its attempts, until frames come', () => {
  const cameras = createOfflineCameras();
  cameras.record(record('online', 100), 100);
  expect(cameras.list(101)).toEqual([]);
  cameras.record(record('offline', 110), 110);
  cameras.record(record('starting', 120), 120);
  cameras.record(record('offline', 130), 130);
  expect(cameras.list(131)).toEqual([{ camera_id: 'door', since: 110 }]);
  expect(cameras.record(record('online', 140), 140)).toEqual({ camera_id: 'door', since: 110 });
  expect(cameras.list(141)).toEqual([]);
});

it('a camera whose connector is silent is offline, unless it is us who do not hear', () => {
  const cameras = createOfflineCameras();
  cameras.record(record('online', 100), 100);
  expect(cameras.list(130)).toEqual([]);
  cameras.attached(131);
  expect(cameras.list(160)).toEqual([]);
  expect(cameras.list(166)).toMatchObject([
    { camera_id: 'door', since: 100, reason: 'its connector says nothing of it' },
  ]);
});

it.each(['paused', 'removed', 'ended'] as const)('one that is %s is not missed', (state) => {
  const cameras = createOfflineCameras();
  cameras.record(record('offline', 100), 100);
  expect(cameras.record(record(state, 110), 110)).toBeUndefined();
  expect(cameras.list(1_000)).toEqual([]);
});
