import { describe, expect, it } from 'vitest';
import { parseAddress, spelling } from './address.ts';
import { redact, withoutSecrets } from './secrets.ts';

const shown = (written: string) => withoutSecrets(spelling(parseAddress(written)));

describe('an address is shown', () => {
  it.each([
    ['rtsp://me:p%40ss@10.0.0.4:554/live?token=x', 'rtsp://10.0.0.4:554/live?...'],
    [' RTSP://admin:p@ss@h/live ', 'rtsp://h/live'],
    ['rtsp://admin:pa ss@h/live', 'rtsp://h/live'],
    ["rtsp://admin:it's@h/live", 'rtsp://h/live'],
    ['rtsp://admin:pa%ss@h/live', 'rtsp://h/live'],
    ['rtsp://h/user=admin&password=hunter2&channel=1&stream=0.sdp?real_stream', 'rtsp://h/...?...'],
    ['rtsp://h/user=admin_password=hunter2_channel=1_stream=0.sdp', 'rtsp://h/...'],
    ['rtsp://h/user%3Dadmin%26password%3Dhunter2/live', 'rtsp://h/.../live'],
    ['rtsp://h/password/hunter2/live', 'rtsp://h/.../.../live'],
    ['rtsps://h:7441/AbCdEfGh12345678', 'rtsps://h:7441/...'],
    ['rtsp://h/h264Preview_01_main', 'rtsp://h/h264Preview_01_main'],
    ['rtsp://h/Streaming/Channels/101', 'rtsp://h/Streaming/Channels/101'],
    ['http://h/cgi-bin/CGIStream.cgi?cmd=GetMJStream&usr=admin&pwd=hunter2', 'http://h/cgi-bin/CGIStream.cgi?...'],
    ['/films/what?.mp4', '/films/what?.mp4'],
    ['demo:2', 'demo:2'],
  ])('%s', (written, as) => expect(shown(written)).toBe(as));
});

describe('an address is refused', () => {
  it.each([
    ['http:user:hunter2@h/x', /two slashes/],
    ['http:\\\\user:hunter2@h', /backslash in it; in a password it is written %5C/],
    ['http:/user:hunter2@h', /two slashes/],
    ['user:hunter2@h/live', /is not an address; allowed: rtsp/],
    ['10.0.0.4:554/user=admin&password=hunter2', /is not an address/],
    ['rtsp://admin:hun#ter2@h/live', /# is written %23/],
    ['rtsp://admin:12#hunter2@h/live', /# is written %23/],
    ['rtsp://admin:12/hunter2@h/live', /\/ is %2F/],
    ['http://admin:hunter?2@h/live', /\? is %3F/],
    ['rtsp://admin:p@ss/hunter2@h/live', /behind the host/],
    ['rtsp://h/live#hunter2', /%23/],
    ['rtsp://h:hunter2/live', /an optional port from 1 to 65535/],
    ['rtsp://', /a host/],
    ['gopher://hunter2@h/', /gopher:\/\/ is not supported/],
    ['video.mp4', /absolute path of a file/],
    ['-y', /absolute path of a file/],
    ['subfile,,start,0,end,1,,:/etc/passwd', /is not an address/],
    ['demo:rtsp://me:hunter2@h/', /behind demo:/],
  ])('%s, by a message that does not repeat it', (written, message) => {
    expect(() => parseAddress(written)).toThrow(message);
    expect(() => parseAddress(written)).not.toThrow(/hunter/);
  });
});

it.each([
  [
    'rtsp://me:hunter2@h/live',
    'method DESCRIBE of rtsp://me:hunter2@h/live failed',
    'method DESCRIBE of rtsp://h/live failed',
  ],
  ['rtsp://me:hun%40ter@h/live', 'hun@ter, me:hun%40ter', '..., ...'],
  ['rtsp://h/user=admin&password=hun_ter&channel=1', 'no hun_ter here', 'no ... here'],
  ['rtsp://h/user=admin_password=hunter2_channel=1', 'no hunter2 here', 'no ... here'],
  ['http://h/x?pwd=hunter2', 'hunter2? see http://other/y?t=1', '...? see http://other/y?...'],
  ['rtsp://me:ref@h/', 'connection refused', 'connection refused'],
  [
    'http://h/?user=me&password=x',
    'the camera wants another user or password (401)',
    'the camera wants another user or password (401)',
  ],
])('a message about %s has nothing of its secrets', (address, message, shown) =>
  expect(redact(address, message)).toBe(shown),
);
