/** Where a running system answers, as its start printed it. */
export interface Addresses {
  dashboard: string;
  gateway: string;
  prometheus: string;
  /** As the administrator of the private broker. */
  amqp: string;
  /** Of the gateway's user `admin`. */
  password: string;
  /** What the start had to remark, a line each. */
  notes: string[];
}

/** @throws Error that shows the output when a line is missing. */
export function readSummary(output: string): Addresses {
  const find = (what: string, pattern: RegExp): string => {
    const found = pattern.exec(output)?.[1];
    if (found === undefined) throw new Error(`the start printed no ${what}:\n${output}`);
    return found;
  };
  return {
    dashboard: find('dashboard', /^ {2}dashboard +(http\S+)$/m),
    gateway: find('gateway', /^ {2}gateway +(http\S+)$/m),
    prometheus: find('Prometheus', /^ {2}Prometheus +(http\S+)$/m),
    amqp: find('broker', /^ {2}RabbitMQ +(amqp\S+)$/m),
    password: find('password', /^ {2}faas-cli .*--password (\S+)$/m),
    notes: [...output.matchAll(/^ {2}note: (.*)$/gm)].map(([, note]) => note!),
  };
}
