import type { CameraView } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { cameraView, NOW } from '../testing/facts.ts';
import { cameraState } from './camera-state.ts';

const source = (more: Partial<CameraView['source']>) => cameraView({ source: { ...cameraView().source!, ...more } });
const ASKED = 60_000;

describe('the state of a camera', () => {
  it('is live while its picture is recent', () => {
    const live = cameraState({ view: cameraView(), pictureAge: 2999, askedFor: ASKED }, NOW);
    expect(live).toEqual({ kind: 'live', word: 'live', grey: false });
  });

  it('is live and still while its frames are not to be detected', () => {
    const view = cameraView({ last_outcome: 'still', last_reason: 'nothing moved' });
    const still = cameraState({ view, pictureAge: 900, isStill: true, askedFor: ASKED }, NOW);
    expect(still).toEqual({ kind: 'live', word: 'live, still', still: true, grey: false });
    expect(cameraState({ view, pictureAge: 5000, isStill: true, askedFor: ASKED }, NOW)).toMatchObject({
      kind: 'old',
      detail: undefined,
    });
  });

  it('shows the age of an old picture, and greys it', () => {
    const old = cameraState({ view: cameraView(), pictureAge: 3000, askedFor: ASKED }, NOW);
    expect(old).toEqual({ kind: 'old', word: 'old picture', grey: true, title: '3.0 s old', detail: undefined });
  });

  it('allows a slow camera the time of three frames', () => {
    const view = source({ fps: 0.2 });
    expect(cameraState({ view, pictureAge: 14_900, askedFor: ASKED }, NOW).kind).toBe('live');
    expect(cameraState({ view, pictureAge: 15_000, askedFor: ASKED }, NOW).kind).toBe('old');
  });

  it('is judged by its results while its pictures are not asked for, or were only just', () => {
    const hidden = { view: cameraView(), pictureAge: 90_000, resultAge: 100 };
    expect(cameraState(hidden, NOW)).toEqual({ kind: 'live', word: 'live', grey: true });
    expect(cameraState({ ...hidden, askedFor: 1000 }, NOW).kind).toBe('live');
    expect(cameraState({ ...hidden, resultAge: 5000 }, NOW).kind).toBe('old');
    expect(cameraState({ ...hidden, askedFor: 2001 }, NOW)).toMatchObject({
      kind: 'old',
      detail: 'Results arrive without pictures',
    });
  });

  it('of an offline camera has a message and no picture', () => {
    const view = source({ state: 'offline', reason: 'connection refused', since: (NOW - 90 * 60_000) / 1000 });
    expect(cameraState({ view, pictureAge: 5000, askedFor: ASKED }, NOW)).toEqual({
      kind: 'offline',
      word: 'offline',
      title: 'Offline',
      detail: 'Since 10:30: connection refused',
    });
    expect(cameraState({ view, pictureAge: 200 }, NOW).kind).toBe('live');
  });

  it('says that a video file has ended', () => {
    const view = source({ state: 'ended', since: NOW / 1000 });
    expect(cameraState({ view, pictureAge: 5000 }, NOW)).toMatchObject({ kind: 'ended', title: 'Ended' });
  });

  it('waits, and says for what', () => {
    const opening = source({ state: 'starting', url: 'rtsp://10.0.0.4/door' });
    expect(cameraState({ view: opening }, NOW)).toMatchObject({
      kind: 'waiting',
      title: 'Waiting for the first frame',
      detail: 'Opening rtsp://10.0.0.4/door',
    });
    const refused = cameraView({ last_outcome: 'rejected', last_reason: 'no JPEG' });
    expect(cameraState({ view: refused }, NOW)).toMatchObject({
      kind: 'waiting',
      title: 'Waiting for a picture',
      detail: 'Last frame rejected: no JPEG',
    });
    const photo = cameraView({ source: undefined, last_outcome: 'detected', last_frame: NOW / 1000 - 60 });
    expect(cameraState({ view: photo, resultAge: 60_000 }, NOW)).toMatchObject({
      title: 'Waiting for a picture',
      detail: 'Last frame at 11:59:00',
    });
    expect(cameraState({}, NOW)).toMatchObject({ kind: 'waiting', title: 'Waiting for the first frame' });
  });

  it('distinguishes a silent connector and a late picture from a camera that stopped', () => {
    const detail = (more: object) =>
      cameraState({ view: cameraView(), pictureAge: 20_000, askedFor: ASKED, ...more }, NOW).detail;
    expect(detail({ arrivalAge: 120 })).toBeUndefined();
    expect(detail({ arrivalAge: 19_500 })).toBe('It was 19 s old on arrival, or the camera clock is behind');
    expect(detail({ view: cameraView({ source_silent: true }) })).toBe('Its connector has stopped reporting');
  });
});
