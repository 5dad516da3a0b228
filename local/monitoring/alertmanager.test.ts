import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertsNotice } from '@framewire/contract';
import { splitCredentials, withCredentials } from '@framewire/runtime/http';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { listenOnLoopback, silentLog } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createSecretStore } from '../gateway/api/secret-store.ts';
import type { FunctionStatus } from '../gateway/faas-provider.ts';
import { createGateway } from '../gateway/server.ts';
import { freePorts } from '../supervisor/free-ports.ts';
import { openPidFile } from '../supervisor/pid-file.ts';
import { findProgram } from '../supervisor/spawn.ts';
import type { SupervisedProcess } from '../supervisor/supervised-process.ts';
import { answers, createSupervisor } from '../supervisor/supervisor.ts';
import { startAlertmanager } from './alertmanager.ts';
import { addReceivers, checkReceivers } from './receivers.ts';

const installed = ['prometheus-alertmanager', 'alertmanager'].some(findProgram);

describe.skipIf(!installed)('an alert of Prometheus (needs Alertmanager)', () => {
  const functions: FunctionStatus[] = [];
  /** Every number of replicas that a function was given, by its name. */
  const history: Record<string, number[]> = {};
  function run(name: string): void {
    history[name] = [];
    functions.push({
      name,
      image: '',
      labels: { 'com.openfaas.scale.max': '5' },
      annotations: {},
      secrets: [],
      replicas: 1,
      endpoints: [],
      createdAt: '',
      log: '',
    });
  }
  const unused = () => Promise.reject(new Error('not asked for here'));
  let folder = '';
  let gateway: Server;
  let hook: Server;
  /** Names of the alerts that a receiver of one's own got. */
  const reported: string[] = [];
  /** What is posted for the rules of notifications: alert and status. */
  const forRules: string[] = [];
  let alertmanager: SupervisedProcess;
  let url = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'framewire-alertmanager-'));
    gateway = createGateway({
      provider: {
        list: () => functions,
        async scale(name, replicas) {
          functions.find((fn) => fn.name === name)!.replicas = replicas;
          history[name]!.push(replicas);
        },
        deploy: unused,
        update: unused,
        remove: unused,
      },
      secrets: createSecretStore(join(folder, 'secrets')),
      username: 'admin',
      password: 'pass: "word"',
      upstreamTimeoutMs: 1_000,
      registry: createRegistry(),
      log: silentLog,
    });
    const gatewayPort = await listenOnLoopback(gateway);
    hook = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const notice = alertsNotice.parse(JSON.parse(body));
      if (request.url === '/rules')
        forRules.push(...notice.alerts.map((one) => `${one.labels.alertname} ${one.status}`));
      else
        reported.push(
          ...JSON.parse(body).alerts.map(({ labels }: { labels: { alertname: string } }) => labels.alertname),
        );
      response.end();
    });
    const hookPort = await listenOnLoopback(hook);
    const receivers = join(folder, 'alertmanager.d');
    mkdirSync(receivers);
    writeFileSync(
      join(receivers, 'hook.yml'),
      `receivers: [{ name: hook, webhook_configs: [{ url: "http://127.0.0.1:${hookPort}/" }] }]
routes: [{ receiver: hook, group_wait: 0s }]`,
    );
    const [port] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    alertmanager = startAlertmanager({
      root: '.',
      folder: join(folder, 'alertmanager'),
      receivers,
      rulesUrl: `http://127.0.0.1:${hookPort}/rules`,
      port: port!,
      gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
      password: 'pass: "word"',
      ownPassword: 'own',
      supervisor: createSupervisor({
        data: folder,
        pidFile: await openPidFile(folder, () => {}),
        say: () => {},
        onWrongSetting: () => {},
      }),
    })!;
    await waitFor('Alertmanager', () => answers(`${withCredentials(url, 'framewire', 'own')}-/ready`), {
      timeout: 30_000,
    });
  });
  afterAll(async () => {
    await alertmanager?.stop();
    for (const server of [gateway, hook]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const minutes = (n: number) => new Date(Date.now() + n * 60_000).toISOString();
  /** As Prometheus does it. */
  const send = async (labels: Record<string, string>, endsAt: string) => {
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: {
        ...splitCredentials(withCredentials(url, 'framewire', 'own')).headers,
        'content-type': 'application/json',
      },
      body: JSON.stringify([{ labels, startsAt: minutes(-1), endsAt }]),
    });
    expect(response.status).toBe(200);
  };
  const alert = (action: string, name: string, alertname = `A${action}`) => ({
    alertname,
    action,
    function_name: `${name}.openfaas-fn`,
  });
  const steps = (name: string, count: number) =>
    waitFor(`${count} steps of ${name}`, () => history[name]!.length >= count, { timeout: 15_000 });
  const [begins, ends] = [minutes(5), minutes(-0.01)];

  it('is taken of nobody without the password, whatever page asks', async () => {
    const posted = (headers: Record<string, string>) =>
      fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify([{ labels: alert('hold', 'one'), startsAt: begins, endsAt: begins }]),
      });
    expect((await posted({ origin: 'http://evil.example' })).status).toBe(401);
    expect((await posted({ authorization: `Basic ${btoa('framewire:guess')}` })).status).toBe(401);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
  });

  it('adds a replica at once and one more every few seconds, and goes to the minimum once it is resolved', async () => {
    run('one');
    await send(alert('look after it', 'one'), begins); // no matter of replicas
    await send(alert('scale', 'one'), begins);
    await steps('one', 2);
    await send(alert('scale', 'one'), ends);
    await steps('one', 3);
    expect(history.one).toEqual([2, 3, 1]);
  }, 60_000);

  it('for people reaches the receivers of the data folder, and one that scales does not', async () => {
    run('people');
    await send(alert('scale', 'people'), begins);
    await steps('people', 1);
    await send({ alertname: 'CameraOffline', severity: 'warning', camera_id: 'door' }, begins);
    await waitFor('the receiver', () => reported.length > 0, { timeout: 15_000 });
    expect(reported).toEqual(['CameraOffline']);
    await waitFor('the rules', () => forRules.length > 0, { timeout: 15_000 });
    await send(alert('scale', 'people'), ends);
    await send({ alertname: 'CameraOffline', severity: 'warning', camera_id: 'door' }, ends);
    await waitFor('its end', () => forRules.length > 1, { timeout: 30_000 });
    expect(forRules).toEqual(['CameraOffline firing', 'CameraOffline resolved']);
  }, 60_000);

  it('adds none while another says that there are enough', async () => {
    run('held');
    run('free');
    await send(alert('scale', 'held'), begins);
    await steps('held', 1);
    await send(alert('hold', 'held'), begins);
    await send(alert('scale', 'free'), begins);
    await steps('free', 3);
    expect(history.held).toEqual([2]);
    await send(alert('hold', 'held'), ends);
    await steps('held', 2);
    await send(alert('hold', 'held'), begins);
    await send(alert('scale', 'held'), ends);
    await send(alert('hold', 'held'), ends);
    await steps('held', 3);
    expect(history.held).toEqual([2, 3, 1]);
  }, 60_000);
});

describe("receivers of one's own", () => {
  const OWN = 'route: { receiver: nobody, routes: [] }\nreceivers: [{ name: nobody }]\n';
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'framewire-receivers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('come after that of the rules of notifications, and get what it got too', () => {
    writeFileSync(join(folder, 'mail.yml'), 'receivers: [{ name: mail }]\nroutes: [{ receiver: mail }]');
    const { receivers, route } = parse(addReceivers(OWN, folder, 'http://127.0.0.1:1/alerts'));
    expect(receivers.map(({ name }: { name: string }) => name)).toEqual(['nobody', 'framewire-rules', 'mail']);
    expect(route.routes).toMatchObject([
      { receiver: 'framewire-rules', continue: true },
      { routes: [{ receiver: 'mail' }] },
    ]);
  });

  it('are none where there is no file', () => {
    expect(addReceivers(OWN, folder)).toBe(OWN);
    expect(addReceivers(OWN, join(folder, 'none'))).toBe(OWN);
  });

  it.each([
    ['receiver: []', /mail\.yml: .*receiver.*allowed: global, receivers, routes, time_intervals/],
    ['receivers: {}', /mail\.yml: receivers: .*array/],
    ['receivers: [', /mail\.yml: /],
    ['- 1', /mail\.yml: .*object/],
  ])('in a file with %j are refused, and the file is named', (text, message) => {
    writeFileSync(join(folder, 'mail.yml'), text);
    expect(() => addReceivers(OWN, folder)).toThrow(message);
    expect(() => addReceivers(OWN, folder)).toThrow(/^[^\n]*$/);
  });

  it.skipIf(!findProgram('amtool'))('are checked by Alertmanager itself (needs amtool)', () => {
    const config = join(folder, 'alertmanager.txt');
    const check = (text: string) => {
      writeFileSync(join(folder, 'mail.yml'), text);
      writeFileSync(config, addReceivers(OWN, folder));
      checkReceivers(config, folder);
    };
    check('receivers: [{ name: mail }]\nroutes: [{ receiver: mail, matchers: [severity = critical] }]');
    expect(() => check('routes: [{ receiver: male }]')).toThrow(`${folder}: undefined receiver "male" used in route`);
    expect(() => check('receivers: [{ name: mail, emails: [] }]')).toThrow(/field emails not found/);
  });
});
