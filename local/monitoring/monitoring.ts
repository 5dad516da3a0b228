import { join } from 'node:path';
import { withCredentials } from '@framewire/runtime/http';
import { MONITORING_USER, type Secrets } from '../secrets.ts';
import type { Ports } from '../supervisor/ports.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { startAlertmanager } from './alertmanager.ts';
import { createTargetFiles, startPrometheus, type TargetFiles } from './prometheus.ts';

/** Prometheus and Alertmanager, as far as they run here. The addresses then include user and password. */
export interface Monitoring {
  targets: TargetFiles;
  prometheusUrl?: string;
  alertmanagerUrl?: string;
  /** Where those that run here say that they are ready, by name. */
  ready: [name: string, url: string][];
  /** Notes for a person. */
  remarks: string[];
  stop(): Promise<void>;
}

/**
 * Starts Prometheus, and Alertmanager behind it, unless there is a Prometheus of somebody's own.
 * @throws UsageError if a file in `alertmanager.d` is wrong.
 */
export function startMonitoring(options: {
  /** The repository. */
  root: string;
  data: string;
  ports: Ports;
  /** Somebody's own. */
  prometheusUrl: string | undefined;
  gatewayUrl: string;
  /** Where alerts are posted for the rules of notifications; undefined: nowhere. */
  rulesUrl?: string;
  secrets: Pick<Secrets, 'gateway' | 'monitoring'>;
  supervisor: Supervisor;
}): Monitoring {
  const { root, data, ports, prometheusUrl, gatewayUrl, rulesUrl, secrets, supervisor } = options;
  const folder = join(data, 'prometheus');
  const targets = createTargetFiles(folder);
  const none = { targets, ready: [], stop: async () => {} };
  if (prometheusUrl) return { ...none, prometheusUrl, remarks: [] };

  const prometheus = startPrometheus({
    root,
    folder,
    port: ports.prometheus,
    password: secrets.monitoring,
    supervisor,
  });
  if (!prometheus)
    return { ...none, remarks: ['no metrics: prometheus is not installed and PROMETHEUS_URL is not set'] };
  const port = ports.alertmanager;
  const alertmanager = startAlertmanager({
    root,
    folder: join(data, 'alertmanager'),
    receivers: join(data, 'alertmanager.d'),
    rulesUrl,
    port,
    gatewayUrl,
    password: secrets.gateway,
    ownPassword: secrets.monitoring,
    supervisor,
  });
  if (alertmanager) targets.write('alertmanager', [{ instance: 'alertmanager', port }]);

  const addressOf = (port: number) => withCredentials(`http://127.0.0.1:${port}/`, MONITORING_USER, secrets.monitoring);
  const urls = {
    prometheusUrl: addressOf(ports.prometheus),
    alertmanagerUrl: alertmanager && addressOf(port),
  };
  const ready: Monitoring['ready'] = [['Prometheus', `${urls.prometheusUrl}-/ready`]];
  if (alertmanager) ready.push(['Alertmanager', `${urls.alertmanagerUrl}-/ready`]);
  return {
    targets,
    ...urls,
    ready,
    remarks: alertmanager ? [] : ['the number of replicas stays as it is: prometheus-alertmanager is not installed'],
    async stop() {
      await Promise.all([prometheus.stop(), alertmanager?.stop()]);
    },
  };
}
