import { join } from 'node:path';
import { startAlertmanager } from './alertmanager.ts';
import type { Ports } from './ports.ts';
import { createTargetFiles, startPrometheus, type TargetFiles } from './prometheus.ts';
import type { Supervisor } from './supervisor.ts';

/** The programs that watch the system, as far as they run here. */
export interface Monitoring {
  targets: TargetFiles;
  prometheusUrl?: string;
  alertmanagerUrl?: string;
  /** Where those that run here say that they are ready, by name. */
  ready: [name: string, url: string][];
  /** What a person should know, in words. */
  remarks: string[];
  stop(): Promise<void>;
}

/** Starts Prometheus, and Alertmanager behind it, unless there is a Prometheus of somebody's own. */
export function startMonitoring(options: {
  /** The repository. */
  root: string;
  data: string;
  ports: Ports;
  /** Somebody's own. */
  prometheusUrl: string | undefined;
  gatewayUrl: string;
  /** The gateway's. */
  password: string;
  supervisor: Supervisor;
}): Monitoring {
  const { root, data, ports, prometheusUrl, gatewayUrl, password, supervisor } = options;
  const folder = join(data, 'prometheus');
  const targets = createTargetFiles(folder);
  const none = { targets, ready: [], stop: async () => {} };
  if (prometheusUrl) return { ...none, prometheusUrl, remarks: [] };

  const prometheus = startPrometheus({ root, folder, port: ports.prometheus, supervisor });
  if (!prometheus)
    return { ...none, remarks: ['there are no numbers: prometheus is not installed and PROMETHEUS_URL names none'] };
  const port = ports.alertmanager;
  const alertmanager = startAlertmanager({
    root,
    folder: join(data, 'alertmanager'),
    port,
    gatewayUrl,
    password,
    supervisor,
  });
  if (alertmanager) targets.write('alertmanager', [{ instance: 'alertmanager', port }]);

  const urls = {
    prometheusUrl: `http://127.0.0.1:${ports.prometheus}`,
    alertmanagerUrl: alertmanager && `http://127.0.0.1:${port}`,
  };
  const ready: Monitoring['ready'] = [['Prometheus', `${urls.prometheusUrl}/-/ready`]];
  if (alertmanager) ready.push(['Alertmanager', `${urls.alertmanagerUrl}/-/ready`]);
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
