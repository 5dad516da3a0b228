import type { CameraView } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { cameraView, NOW } from '../testing/facts.ts';
import { tileState } from './camera-state.ts';

const source = (more: Partial<CameraView['source']>) => cameraView({ source: { ...cameraView().source!, ...more } });
const ASKED = 60_000;

describe('a tile', () => {
  it('is live while its picture is young', () => {
    const live = tileState({ view: cameraView(), pictureAge: 2999, askedFor: ASKED }, NOW);
    expect(live).toEqual({ kind: 'live', word: 'live', grey: false });
  });

  it('says how old an old picture is, and greys it', () => {
    const old = tileState({ view: cameraView(), pictureAge: 3000, askedFor: ASKED }, NOW);
    expect(old).toEqual({ kind: 'old', word: 'old picture', grey: true, title: '3.0 s old', detail: undefined });
  });

  it('gives a slow camera the time of three pictures', () => {
    const view = source({ fps: 0.2 });
    expect(tileState({ view, pictureAge: 14_900, askedFor: ASKED }, NOW).kind).toBe('live');
    expect(tileState({ view, pictureAge: 15_000, askedFor: ASKED }, NOW).kind).toBe('old');
  });

  it('is judged by its results while its pictures are not asked for, or only just', () => {
    const hidden = { view: cameraView(), pictureAge: 90_000, resultAge: 100 };
    expect(tileState(hidden, NOW)).toEqual({ kind: 'live', word: 'live', grey: true });
    expect(tileState({ ...hidden, askedFor: 1000 }, NOW).kind).toBe('live');
    expect(tileState({ ...hidden, resultAge: 5000 }, NOW).kind).toBe('old');
    expect(tileState({ ...hidden, askedFor: 2001 }, NOW)).toMatchObject({
      kind: 'old',
      detail: 'Results come without their pictures',
    });
  });

  it('shows words and no picture of a camera that is offline', () => {
    const view = source({ state: 'offline', reason: 'connection refused', since: (NOW - 90 * 60_000) / 1000 });
    expect(tileState({ view, pictureAge: 5000, askedFor: ASKED }, NOW)).toEqual({
      kind: 'offline',
      word: 'offline',
      title: 'Offline',
      detail: 'Since 10:30: connection refused',
    });
    expect(tileState({ view, pictureAge: 200 }, NOW).kind).toBe('live');
  });

  it('says that a file has been played', () => {
    const view = source({ state: 'ended', since: NOW / 1000 });
    expect(tileState({ view, pictureAge: 5000 }, NOW)).toMatchObject({ kind: 'ended', title: 'Ended' });
  });

  it('waits, and says for what', () => {
    const opening = source({ state: 'starting', url: 'rtsp://10.0.0.4/door' });
    expect(tileState({ view: opening }, NOW)).toMatchObject({
      kind: 'waiting',
      title: 'Waiting for the first frame',
      detail: 'Opening rtsp://10.0.0.4/door',
    });
    const refused = cameraView({ last_outcome: 'rejected', last_reason: 'no JPEG' });
    expect(tileState({ view: refused }, NOW)).toMatchObject({
      kind: 'waiting',
      title: 'Waiting for a picture',
      detail: 'Last frame rejected: no JPEG',
    });
    const photo = cameraView({ source: undefined, last_outcome: 'detected', last_frame: NOW / 1000 - 60 });
    expect(tileState({ view: photo, resultAge: 60_000 }, NOW)).toMatchObject({
      title: 'Waiting for a picture',
      detail: 'Last frame at 11:59:00',
    });
    expect(tileState({}, NOW)).toMatchObject({ kind: 'waiting', title: 'Waiting for the first frame' });
  });

  it('tells a connector that is gone, and a picture that was late from the start, from a camera that stopped', () => {
    const detail = (more: object) =>
      tileState({ view: cameraView(), pictureAge: 20_000, askedFor: ASKED, ...more }, NOW).detail;
    expect(detail({ arrivalAge: 120 })).toBeUndefined();
    expect(detail({ arrivalAge: 19_500 })).toBe('It was 19 s old when it came, or its clock is behind');
    expect(detail({ view: cameraView({ source_silent: true }) })).toBe('Its connector gives no sign of life');
  });
});
