/** The configurations of deploy/proxy as they are, but for ports and paths: TLS, below a path, a dashboard with keys. */
import { request } from 'node:https';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { keepScreenshot, launchChromium } from '../../testkit/browser/launch.ts';
import { putCamera } from '../../testkit/system/cameras.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { HOST, PROXIES, type RunningProxy, startProxy } from './proxies.ts';

const KEY = 'to look';
const WRITE_KEY = 'to write';
let system: System;
beforeAll(async () => {
  const env = { RESULTS_KEY: KEY, WRITE_KEY };
  system = await startSystem({ args: ['--no-demo', '--allow-host', HOST], env });
  await putCamera(system, 'proxied', { url: 'demo:', fps: 4 });
});
afterAll(() => system?.stop());

describe.each(PROXIES)('%s', (name) => {
  let proxy: RunningProxy;
  beforeAll(async () => {
    proxy = await startProxy(name, new URL(system.dashboard).port);
  });
  afterAll(() => proxy?.stop());

  const headersOf = (key: string) => ({ host: `${HOST}:${proxy.port}`, authorization: `Bearer ${key}` });
  const address = (path: string) => ({ host: '127.0.0.1', port: proxy.port, path, servername: HOST, ca: proxy.ca });
  /** The answer, and the beginning of its body: all of it, or as much as comes until `enough` says so. */
  const ask = (
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: Buffer; enough?(text: string): boolean } = {},
  ) =>
    new Promise<{ status: number; location?: string; text: string }>((resolve, reject) => {
      const { method = 'GET', headers = headersOf(KEY), body, enough = () => false } = options;
      const asking = request({ ...address(path), method, headers, timeout: 30_000 }, (response) => {
        let text = '';
        const done = () => {
          resolve({ status: response.statusCode!, location: response.headers.location, text });
          asking.destroy();
        };
        response.on('data', (chunk) => {
          text += chunk;
          if (enough(text)) done();
        });
        response.on('end', done);
      });
      asking.on('timeout', () => asking.destroy(new Error('nothing came for 30 s')));
      asking.on('error', reject);
      asking.end(body);
    });

  it('leads to the page from the path without its slash', async () => {
    const { status, location } = await ask('/cams');
    expect(status).toBeGreaterThanOrEqual(300);
    expect(new URL(location!, `https://${HOST}:${proxy.port}`).href).toBe(`https://${HOST}:${proxy.port}/cams/`);
  });

  it('sends events as they come', async () => {
    const results = (text: string) => text.split('"type":"result"').length - 1;
    const { status, text } = await ask('/cams/api/events?cameras=', {
      headers: { ...headersOf(KEY), accept: 'text/event-stream' },
      enough: (text) => results(text) >= 8,
    });
    expect(status).toBe(200);
    expect(results(text)).toBeGreaterThanOrEqual(8);
  });

  it('passes WebSockets of its own page, and no others', async () => {
    const open = (origin: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`wss://127.0.0.1:${proxy.port}/cams/ws/results`, 'framewire.v1', {
          ...address('/cams/ws/results'),
          headers: headersOf(KEY),
          origin,
        });
        const end = (seen: string) => {
          resolve(seen);
          socket.terminate();
        };
        socket.on('error', (error) => end(error.message));
        socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', cameras: '*' })));
        socket.on('message', (_, isBinary) => isBinary && end('a frame'));
      });
    expect(await open(`https://${HOST}:${proxy.port}`)).toBe('a frame');
    expect(await open('https://evil.example')).toMatch(/403/);
  });

  it('takes a frame of several megabytes', async () => {
    const noise = {
      width: 1400,
      height: 1400,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    } as const;
    const body = await sharp({ create: noise }).jpeg({ quality: 95 }).toBuffer();
    expect(body.length).toBeGreaterThan(1.5 * 2 ** 20);
    const headers = { ...headersOf(WRITE_KEY), 'content-type': 'image/jpeg' };
    const { status, text } = await ask('/cams/api/ingest?camera=posted', { method: 'POST', headers, body });
    expect(`${status} ${text}`).toMatch(/^202 /);
  });

  it('shows the page: a person signs in, and sees the camera by WebSocket', async () => {
    const browser = await launchChromium([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`]);
    try {
      const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(`https://${HOST}:${proxy.port}/cams/`);
      await page.getByLabel(/key/i).fill(KEY);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /^proxied: live/ }).waitFor();
      await page.getByRole('banner').getByText('live', { exact: true }).waitFor();
      const cookies = await page.context().cookies();
      expect(cookies).toEqual([expect.objectContaining({ secure: true, httpOnly: true })]);
      await keepScreenshot(page, `proxy-${name}`);
    } finally {
      await browser.close();
    }
  });
});
