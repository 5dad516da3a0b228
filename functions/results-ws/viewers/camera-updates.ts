import { guarded } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Cameras } from '../cameras/cameras.ts';
import type { ControlMessage } from './transport.ts';
import type { Viewer } from './viewer.ts';

/** How soon viewers hear that a camera changed its state, milliseconds: several that change together are one message. */
const SOON_MS = 50;

/** Sends viewers the cameras: all of them at the beginning, then those that changed. */
export interface CameraUpdates {
  /** All cameras, to a viewer that has just joined. */
  sendAll(viewer: Viewer): void;
  /** What changed, to all. Once a second. */
  sendChanges(): void;
  /** Sends what changed within 50 ms. */
  sendSoon(): void;
  forget(viewer: Viewer): void;
  close(): void;
}

export function createCameraUpdates(options: {
  viewers: Iterable<Viewer>;
  cameras: Pick<Cameras, 'views' | 'takeChanged'>;
  log: Log;
}): CameraUpdates {
  const { viewers, cameras, log } = options;
  /** Viewers whose connection was full when something changed: they get all cameras next. */
  const behind = new Set<Viewer>();
  let all: ControlMessage | undefined;
  let soon: NodeJS.Timeout | undefined;

  /** One message for all who join before the next change: it is encoded once. */
  function allCameras(): ControlMessage {
    all ??= { type: 'cameras', cameras: cameras.views(), all: true };
    return all;
  }

  function sendChanges(): void {
    clearTimeout(soon);
    soon = undefined;
    const changed = cameras.takeChanged();
    if (changed.length > 0) all = undefined;
    const changes: ControlMessage = { type: 'cameras', cameras: changed };
    for (const viewer of viewers) {
      const isBehind = behind.has(viewer);
      if (changed.length === 0 && !isBehind) continue;
      if (viewer.send(isBehind ? allCameras() : changes)) behind.delete(viewer);
      else behind.add(viewer);
    }
  }

  return {
    sendAll: (viewer) => viewer.send(allCameras()),
    sendChanges,
    sendSoon() {
      soon ??= setTimeout(guarded(sendChanges, log, 'sending viewers what changed'), SOON_MS);
    },
    forget: (viewer) => behind.delete(viewer),
    close: () => clearTimeout(soon),
  };
}
