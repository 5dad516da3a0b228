import { cpus, hostname } from 'node:os';
import { resolve } from 'node:path';
import { isWildcard } from '@framewire/runtime/http';
import type { Options, Replicas } from './options.ts';
import { GATEWAY_USER } from './secrets.ts';
import type { System } from './system.ts';

/** The summary that is printed once the system is up. */
export function summary(
  { ports, secrets, broker, prometheusUrl, alertmanagerUrl, detector, remarks }: System,
  { data, replicas, access }: Options,
): string {
  const gateway = `http://127.0.0.1:${ports.gateway}`;
  const rows: [string, string | undefined][] = [
    ['dashboard', `http://127.0.0.1:${ports.dashboard}`],
    [
      '',
      isWildcard(access.host) ? `http://${hostname()}:${ports.dashboard} from other machines, with the key` : undefined,
    ],
    ['gateway', gateway],
    ['cameras', `http://127.0.0.1:${ports.camera}/cameras`],
    ['Prometheus', prometheusUrl],
    ['Alertmanager', alertmanagerUrl && `${alertmanagerUrl} (${loop(replicas)})`],
    ['RabbitMQ', broker.shown.amqp],
    ['', broker.shown.management],
    ['detector', detector],
    ['data', data],
    ['faas-cli', `login --gateway ${gateway} --username ${GATEWAY_USER} --password ${secrets.gateway}`],
    [
      'first frame',
      `curl --data-binary @photo.jpg -H 'content-type: image/jpeg' '${gateway}/function/ingest-frame?camera=photos'`,
    ],
    ['scale', scaleCommand(replicas, gateway, data)],
    ['end', 'Ctrl-C'],
  ];
  const lines = rows.filter(([, value]) => value).map(([name, value]) => `  ${name.padEnd(12)} ${value}`);
  const notes = remarks.map((remark) => `  note: ${remark}`);
  return `\n${[...lines, ...notes].join('\n')}\n\n`;
}

/** The command for as many replicas as there are cores. Names the gateway and the folder only if they are not the defaults. */
function scaleCommand({ min, max }: Replicas, gateway: string, data: string): string | undefined {
  const count = Math.min(max, cpus().length);
  if (count <= min) return undefined;
  const usual = resolve(process.env.INIT_CWD ?? '.', 'data');
  return [
    `npm run scale -- detect-faces=${count}`,
    ...(gateway === 'http://127.0.0.1:8080' ? [] : ['--gateway', gateway]),
    ...(data === usual ? [] : ['--data', data]),
  ].join(' ');
}

const loop = ({ min, max }: Replicas) =>
  min === max ? `detect-faces stays at ${min}` : `detect-faces follows the load, ${min} to ${max} replicas`;
