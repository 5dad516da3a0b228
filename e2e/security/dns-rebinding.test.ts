/**
 * What pages of elsewhere get of a running system, in a browser that can reach every port of it: nothing. Three kinds of page ask every
 * listener: one of another origin, one in a sandboxed frame (its origin is "null"), and one under a name that was bound to 127.0.0.1.
 */
import { createServer, type Server } from 'node:http';
import { faultsAnswer, VIEWER_PROTOCOL } from '@framewire/contract';
import { splitCredentials } from '@framewire/runtime/http';
import { sleep, waitFor } from '@framewire/runtime/process';
import type { Browser, Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../testkit/browser/launch.ts';
import { query } from '../../testkit/clients/prometheus.ts';
import { putCamera, untilView, viewOf } from '../../testkit/system/cameras.ts';
import { type Listener, listenersOf } from '../../testkit/system/listeners.ts';
import { listenOnLoopback } from '../../testkit/system/loopback.ts';
import { processesOf } from '../../testkit/system/processes.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';

/** A name that its owner binds to 127.0.0.1 once his page is open. */
const REBOUND = 'evil.example';

/** RabbitMQ can neither look at the Host there nor ask for a password: such a name reads its queues' names and lengths. */
const RABBITMQ_METRICS = 32;

let system: System;
let browser: Browser;
let home: Server;
let homePort: number;
let listeners: Listener[];
beforeAll(async () => {
  system = await startSystem({ args: ['--no-demo', '--faults', '--replicas', '1-1'] });
  await putCamera(system, 'inside', { url: 'demo:', fps: 4 });
  await untilView(system, 'inside', 'sends', (view) => (view?.rate ?? 0) > 1);
  listeners = listenersOf(system.pid).filter(({ protocol }) => protocol.startsWith('tcp'));
  browser = await launchChromium([`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`]);
  home = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    const frame = '<iframe sandbox="allow-scripts allow-forms" srcdoc="<title>inside</title>"></iframe>';
    response.end(`<!doctype html><title>elsewhere</title>${request.url === '/sandbox' ? frame : ''}`);
  });
  homePort = await listenOnLoopback(home);
});
afterAll(async () => {
  await browser?.close();
  home?.closeAllConnections();
  home?.close();
  await system?.stop();
});

/** What a page tried of one port, and what it got. */
interface Tried {
  /** Answers that it could read, those that refuse aside. */
  read: string[];
  /** Bytes that came by WebSocket, and events. */
  pictures: number;
  events: number;
}

interface Target {
  host: string;
  port: number;
  protocol: string;
  /** What all that is posted is called. */
  token: string;
}

/** Runs in the page. */
async function tryPort({ host, port, protocol, token }: Target): Promise<Tried> {
  const at = `${host}:${port}`;
  const tried: Tried = { read: [], pictures: 0, events: 0 };
  const limit = () => AbortSignal.timeout(5000);
  const ask = async (method: string, path: string, init: RequestInit = {}) => {
    try {
      const answer = await fetch(`http://${at}${path}`, { method, signal: limit(), ...init });
      if (answer.ok) tried.read.push(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 40)}`);
    } catch {
      // kept away
    }
  };
  const form = () => {
    const data = new FormData();
    data.set('picture', new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xd9])]), 'x.jpg');
    return data;
  };
  const json = { headers: { 'content-type': 'application/json' } };
  const text = { headers: { 'content-type': 'text/plain' } };
  const alert = JSON.stringify([
    { labels: { alertname: token, action: 'hold', function_name: 'detect-faces.openfaas-fn' } },
  ]);
  const socket = new Promise<void>((resolve) => {
    const asked = new WebSocket(`ws://${at}/ws/results`, protocol);
    asked.binaryType = 'arraybuffer';
    asked.onopen = () => asked.send(JSON.stringify({ type: 'watch', cameras: '*' }));
    asked.onmessage = ({ data }) => (tried.pictures += typeof data === 'string' ? data.length : data.byteLength);
    asked.onclose = () => resolve();
    setTimeout(resolve, 4000);
  });
  const events = new Promise<void>((resolve) => {
    const asked = new EventSource(`http://${at}/api/events`);
    asked.onopen = asked.onmessage = () => tried.events++;
    asked.onerror = () => resolve();
    setTimeout(() => {
      asked.close();
      resolve();
    }, 4000);
  });
  // at once: what is no HTTP at all may let each of them wait
  const asked = [
    ...['/', '/api/cameras', '/api/faults', '/cameras', '/subscriptions', '/metrics', '/readyz', '/system/functions'],
    '/function/results-ws/api/cameras',
    '/api/v1/query?query=up',
  ].map((path) => ask('GET', path));
  for (const mode of ['cors', 'no-cors'] as const)
    asked.push(
      ask('POST', `/?camera=${token}`, { mode, body: form() }),
      ask('POST', `/function/ingest-frame?camera=${token}`, { mode, body: form() }),
      ask('POST', `/api/ingest?camera=${token}`, { mode, body: form() }),
      ask('POST', '/api/faults', { mode, ...text, body: '{"fault":"cpu","seconds":5}' }),
      ask('POST', '/api/v2/alerts', { mode, ...text, body: alert }),
    );
  asked.push(
    ask('POST', '/api/v2/alerts', { ...json, body: alert }),
    ask('POST', '/api/faults', { ...json, body: '{"fault":"cpu","seconds":5}' }),
    ask('PUT', `/cameras/${token}`, { ...json, body: '{"url":"demo:"}' }),
    ask('DELETE', '/cameras/inside'),
  );
  await Promise.all([socket, events, ...asked]);
  return tried;
}

/** Pages by their kind: each opens where it can ask a port of 127.0.0.1. */
const KINDS = {
  async 'another origin'(): Promise<{ frame: Frame; host: string }> {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${homePort}/`);
    return { frame: page.mainFrame(), host: '127.0.0.1' };
  },
  async 'a sandboxed frame'() {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${homePort}/sandbox`);
    const frame = await waitFor('the frame', () => page.frames()[1]);
    expect(await frame.evaluate(() => origin)).toBe('null');
    return { frame, host: '127.0.0.1' };
  },
};

const harmless = /^GET \/: 200 <!doctype html>.*RabbitMQ/i;

async function expectNothing(token: string, all: { port: number; tried: Tried }[]): Promise<void> {
  const got = all.map(({ port, tried }) => ({
    port,
    ...tried,
    read: tried.read.filter((line) => !harmless.test(line)),
  }));
  expect(got.filter(({ read, pictures, events }) => read.length > 0 || pictures > 0 || events > 0)).toEqual([]);
  // what a page cannot read may have been done all the same
  await sleep(1_000);
  expect(await viewOf(system, token)).toBeUndefined();
  const { cameras } = (await (await fetch(system.cameras)).json()) as { cameras: { camera_id: string }[] };
  expect(cameras.map(({ camera_id }) => camera_id)).toEqual(['inside']);
  const { faults } = faultsAnswer.parse(await (await fetch(`${system.dashboard}/api/faults`)).json());
  expect(faults.filter(({ until }) => until !== undefined)).toEqual([]);
  const alertmanager = splitCredentials(system.prometheus);
  const alerts = await fetch(`http://127.0.0.1:${system.base + 23}/api/v2/alerts`, { headers: alertmanager.headers });
  expect(alerts.status).toBe(200);
  expect(JSON.stringify(await alerts.json())).not.toContain(token);
}

it('nothing but loopback listens, and there is something to ask', () => {
  const ports = listeners.map(({ port }) => port - system.base);
  expect(ports).toEqual(expect.arrayContaining([0, 2, 10, 11, 12, 20, 23]));
  // replicas and the fault injector take any port
  expect(ports.length).toBeGreaterThan(10);
  expect(processesOf(system.data, 'detect-faces')).toHaveLength(1);
});

describe('a page', () => {
  it.each(Object.keys(KINDS) as (keyof typeof KINDS)[])('of %s gets nothing from any port', async (kind) => {
    const { frame, host } = await KINDS[kind]();
    const token = `token-${kind.split(' ').at(-1)}`;
    const all = [];
    for (const { port } of listeners)
      all.push({ port, tried: await frame.evaluate(tryPort, { host, port, protocol: VIEWER_PROTOCOL, token }) });
    await expectNothing(token, all);
    await frame.page().close();
  });

  it('under a name that was bound to 127.0.0.1 gets nothing from any port', async () => {
    const all = [];
    for (const { port } of listeners.filter((one) => one.port !== system.base + RABBITMQ_METRICS)) {
      const page = await browser.newPage();
      // its owner served it from elsewhere before the name was rebound; what it asks for then goes to the port itself
      const address = `http://${REBOUND}:${port}/page`;
      await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: '<title>rebound</title>' }));
      await page.goto(address);
      all.push({
        port,
        tried: await page.evaluate(tryPort, {
          host: REBOUND,
          port,
          protocol: VIEWER_PROTOCOL,
          token: 'token-rebound',
        }),
      });
      await page.close();
    }
    await expectNothing('token-rebound', all);
  });

  it('of its own gets what it asks for, and so do programs', async () => {
    const page = await browser.newPage();
    await page.goto(system.dashboard);
    const port = Number(new URL(system.dashboard).port);
    const tried = await page.evaluate(tryPort, {
      host: '127.0.0.1',
      port,
      protocol: VIEWER_PROTOCOL,
      token: 'token-own',
    });
    expect(tried.read.join('\n')).toContain('GET /api/cameras: 200');
    expect(tried.pictures).toBeGreaterThan(1000);
    expect(tried.events).toBeGreaterThan(0);
    expect((await query(system.prometheus, 'up')).length).toBeGreaterThan(0);
    await page.close();
  });
});
