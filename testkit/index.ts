/** What a test of any part needs: a vhost, a broken broker, a server, a program as a process, no log, a metric, the spans. */
export * from './broker/proxy.ts';
export * from './broker/vhost.ts';
export * from './system/loopback.ts';
export * from './system/program.ts';
export * from './telemetry/metric.ts';
export * from './telemetry/otlp-collector.ts';
export * from './telemetry/silent-log.ts';
