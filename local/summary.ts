import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { isWildcard } from '@framewire/runtime/http';
import type { Options, Replicas } from './options.ts';
import { GATEWAY_USER } from './secrets.ts';
import type { System } from './system.ts';

/** The summary that is printed once the system is up. */
export function summary(
  { ports, secrets, broker, prometheusUrl, alertmanagerUrl, remarks }: System,
  { data, replicas, reach }: Options,
): string {
  const gateway = `http://127.0.0.1:${ports.gateway}`;
  const rows: [string, string | undefined][] = [
    ['dashboard', `http://127.0.0.1:${ports.dashboard}`],
    [
      '',
      isWildcard(reach.host) ? `http://${hostname()}:${ports.dashboard} from other machines, with the key` : undefined,
    ],
    ['gateway', gateway],
    ['Prometheus', prometheusUrl],
    ['Alertmanager', alertmanagerUrl && `${alertmanagerUrl} (${loop(replicas)})`],
    ['RabbitMQ', broker.shown.amqp],
    ['', broker.shown.management],
    ['data', data],
    ['faas-cli', `login --gateway ${gateway} --username ${GATEWAY_USER} --password ${secrets.gateway}`],
    [
      'first frame',
      `curl --data-binary @photo.jpg -H 'content-type: image/jpeg' '${gateway}/function/ingest-frame?camera=door'`,
    ],
    ['more', scaleCommand(gateway, data)],
    ['end', 'Ctrl-C'],
  ];
  const lines = rows.filter(([, value]) => value).map(([name, value]) => `  ${name.padEnd(12)} ${value}`);
  const notes = remarks.map((remark) => `  note: ${remark}`);
  return `\n${[...lines, ...notes].join('\n')}\n\n`;
}

/** As a person has to type it: the gateway and the folder only where they are not the usual ones. */
function scaleCommand(gateway: string, data: string): string {
  const usual = resolve(process.env.INIT_CWD ?? '.', 'data');
  return [
    'npm run scale -- detect-faces=5',
    ...(gateway === 'http://127.0.0.1:8080' ? [] : ['--gateway', gateway]),
    ...(data === usual ? [] : ['--data', data]),
  ].join(' ');
}

const loop = ({ min, max }: Replicas) =>
  min === max ? `detect-faces stays at ${min}` : `detect-faces follows the load, ${min} to ${max} replicas`;
