/** Addresses of cameras as people write them: each works, or is refused with what to write instead, and no password ever comes back. */
import { afterAll, describe, inject } from 'vitest';
import { viewOf } from '../../testkit/system/cameras.ts';
import { aCase } from './case.ts';

const system = inject('system');
/** Nothing listens there: an address that is taken is a camera that is offline. */
const HOST = '127.0.0.1:1';
const ids: string[] = [];
afterAll(() => Promise.all(ids.map((id) => fetch(`${system.cameras}/${id}`, { method: 'DELETE' }))));

/** @param secret no answer may hold it. @param refused the message of a refusal, where that is right; taken otherwise. */
function address(name: string, url: string, { secret, refused }: { secret?: string; refused?: RegExp } = {}): void {
  const right = refused ? 'refused with a reason' : 'taken';
  aCase(name, secret ? `${right}, the password not shown` : right, async () => {
    const id = `address-${ids.length + 1}`;
    ids.push(id);
    const answer = await fetch(`${system.cameras}/${id}`, { method: 'PUT', body: JSON.stringify({ url }) });
    const said = await answer.text();
    const shown = [said];
    if (answer.ok) {
      shown.push(await (await fetch(`${system.cameras}/${id}`)).text());
      shown.push(JSON.stringify((await viewOf(system, id)) ?? ''));
      await fetch(`${system.cameras}/${id}`, { method: 'DELETE' });
    }
    const leaks = secret !== undefined && shown.some((text) => text.includes(secret));
    const ok = refused ? answer.status === 400 && refused.test(said) : answer.ok;
    return {
      seen: `${answer.status} ${said.slice(0, 200)}${leaks ? ', AND SHOWS THE PASSWORD' : ''}`,
      ok: ok && !leaks,
    };
  });
}

describe('passwords in an address', () => {
  for (const password of ['secret', 'p@ss7', 'pa%ss7', 'pa:ss7', 'pa ss7', 'a&b77', '[x]77', 'a^b77', '!$*()77'])
    address(password, `rtsp://admin:${password}@${HOST}/live`, { secret: password });
  for (const password of ['pa#ss7', '12#34', 'pa/ss7', '12/34', 'pa?ss7', '12?34', 'a\\b77'])
    address(password, `rtsp://admin:${password}@${HOST}/live`, { secret: password, refused: /%23|%2F|%3F|%5C/ });
  address('# by HTTP', `http://admin:12#34@${HOST}/video`, { secret: '12#34', refused: /%23/ });
  address('/ by HTTP', `http://admin:pa/ss7@${HOST}/video`, { secret: 'pa/ss7', refused: /%2F/ });
  address('in the path, &', `rtsp://${HOST}/user=admin&password=hunter2&channel=1&stream=0.sdp?real_stream`, {
    secret: 'hunter2',
  });
  address('in the path, _', `rtsp://${HOST}/user=admin_password=hunter2_channel=1_stream=0.sdp`, { secret: 'hunter2' });
  address('in the query, base64', `rtsp://${HOST}/cam/realmonitor?channel=1&authbasic=YWRtaW46aHVudGVyMg==`, {
    secret: 'YWRtaW46aHVudGVyMg',
  });
  address('in the query, pwd', `http://${HOST}/cgi-bin/CGIStream.cgi?cmd=GetMJStream&usr=admin&pwd=hunter2`, {
    secret: 'hunter2',
  });
  address('without slashes', `http:admin:hunter2@${HOST}/x`, { secret: 'hunter2', refused: /slashes/ });
  address('with backslashes', `http:\\\\admin:hunter2@${HOST}`, { secret: 'hunter2', refused: /backslash|slashes/ });
});

describe('other spellings', () => {
  address('capitals', `RTSP://${HOST}/live`);
  address('a space before it', ` rtsp://${HOST}/live`);
  address('IPv6', 'rtsp://[::1]:1/live');
  address('a name that does not exist', 'rtsp://camera.invalid/live');
  address('no scheme', `${HOST}/live`, { refused: /allowed|rtsp:\/\// });
  address('one slash', `rtsp:/${HOST}/live`, { refused: /slashes/ });
  address('no host', 'rtsp://', { refused: /host/ });
  for (const url of ['rtmp://127.0.0.1/live', 'udp://127.0.0.1:5004', 'srt://127.0.0.1:5004', 'onvif://127.0.0.1'])
    address(url, url, { refused: /allowed/ });
  for (const url of ['ffmpeg:rtsp://127.0.0.1/live', 'exec:ls', '0', '~/video.mp4', 'C:\\Videos\\a.mp4', 'video.mp4'])
    address(url, url, { refused: /allowed|absolute path/ });
  address('a device', '/dev/video7');
  address('a device by its id', '/dev/v4l/by-id/usb-046d_HD_Webcam_C525-video-index0');
  address('a device by its path', '/dev/v4l/by-path/pci-0000:00:14.0-usb-0:2:1.0-video-index0');
});

describe('files that are nobody’s business', () => {
  for (const url of ['/etc/passwd', 'file:///etc/hostname', '/tmp', 'concat:/etc/passwd|/etc/hosts'])
    address(url, url, { refused: /MEDIA_FOLDERS|folder|allowed/ });
});
