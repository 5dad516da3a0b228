/** Cameras that speak HTTP in odd ways: whatever a browser plays is played, everything else is named with its reason. */
import { afterAll, beforeAll, describe } from 'vitest';
import { drawFrames } from '../../testkit/cameras/film.ts';
import { type HttpCameras, STREAMING, startHttpCameras } from '../../testkit/cameras/http-cameras.ts';
import { cameraCase, type Watched } from './camera-case.ts';

let server: HttpCameras;
beforeAll(async () => {
  server = await startHttpCameras({ frames: await drawFrames('http', 4), every: 200 });
});
afterAll(() => server.close());

const played = ({ view, detected }: Watched) => detected >= 4 && view?.source?.restarts === 0;
const named =
  (reason: RegExp) =>
  ({ view }: Watched) =>
    view?.source?.state === 'offline' && reason.test(view.source.reason ?? '');
const at = (name: string) => () => ({ url: server.url(name), fps: 5 });

describe('HTTP cameras that browsers play', () => {
  for (const name of Object.keys(STREAMING)) cameraCase(name, 'played, no restarts', at(name), played);
  for (const name of ['one-for-each-connection', 'moved', 'snapshot'])
    cameraCase(name, 'played, no restarts', at(name), played);
  const login = () => ({ url: server.url('digest').replace('//', '//me:se%3Acret%40%231@'), fps: 5 });
  cameraCase('digest', 'played, no restarts', login, played);
});

describe('HTTP cameras that cannot be played', () => {
  cameraCase('digest', 'offline: the password', at('digest'), named(/password/i));
  cameraCase('login', 'offline: a web page', at('login'), named(/page/i));
  cameraCase('json', 'offline: no video', at('json'), named(/JSON|not a video|no video/i));
  cameraCase('gone', 'offline: 410', at('gone'), named(/410|gone/i));
  cameraCase('busy', 'offline: too many connections', at('busy'), named(/503|busy|connections/i));
  cameraCase(
    'moved-to-file',
    'offline, nothing of the file',
    at('moved-to-file'),
    named(/redirect|file|refus|not allowed|leads/i),
  );
  cameraCase('moved-in-circles', 'offline: redirects', at('moved-in-circles'), named(/redirect|without end/i));
  cameraCase('endless', 'offline: its picture is too large', at('endless'), named(/large|MB|bytes|end/i));
});
