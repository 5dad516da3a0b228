import { expect, it } from 'vitest';
import { reasonOf } from './reason.ts';

it.each([
  ['setpriv: failed to execute ffmpeg: No such file or directory', 'ffmpeg is not installed: apt install ffmpeg'],
  [
    '[tcp @ 0x55ce] [error] Connection to tcp://10.0.0.4:554?timeout=0 failed: Connection refused',
    'connection refused',
  ],
  ['[error] file:/films/a.mp4: No such file or directory', 'no such file'],
  ['[rtsp @ 0x5598] [error] method DESCRIBE failed: 404 Not Found', 'the camera knows no such stream (404)'],
  [
    '[mov,mp4,m4a @ 0x5570] [error] moov atom not found\n[error] a.mp4: Invalid data found',
    'the film is cut short: its index is missing',
  ],
  [
    "[concat @ 0x5592] [error] Impossible to open 'rtsp://h/x'\n[error] pipe:3: Invalid data found when processing input",
    'what answers there is no RTSP camera, or it closed the connection',
  ],
  [
    "[tcp @ 0x5592] [error] Connection to tcp://h:1 failed: No route to host\n[concat @ 0x5592] [error] Impossible to open 'rtsp://h:1/x'",
    'the host cannot be reached',
  ],
  ['[error] rtsp://h/x: Invalid data found when processing input', 'not a video that ffmpeg can read'],
  [
    '[rtsp @ 0x55b3] [error] method SETUP failed: 453 Not Enough Bandwidth',
    'the camera has no bandwidth for another viewer (453)',
  ],
  [
    '[http @ 0x562d] [error] Stream ends prematurely at 48, should be 283134\n[fatal] Error marking filters as finished',
    'the recording breaks off, or its server cannot send a part of it alone (Range)',
  ],
  ['[error] rtsp://h/camera-404: Connection refused', 'connection refused'],
  ['[tcp @ 0x55e7] [error] Failed to resolve hostname nosuch.invalid: Name or service not known', 'unknown host name'],
  ['[error] rtsp://me:pw@10.0.0.4/x: Something new', 'rtsp://10.0.0.4/x: Something new'],
  ['[error] http://h/x?pw=secret: Something new', 'http://h/x?...: Something new'],
  ['[error] pipe:3: Invalid argument', 'it cannot be opened: Invalid argument'],
  ['[info] Input #0, mjpeg, from rtsp://me:pw@h/x', 'the stream ended'],
])('%s', (line, reason) => {
  expect(reasonOf(['[info] Stream mapping:', line], 'the stream ended')).toBe(reason);
});
