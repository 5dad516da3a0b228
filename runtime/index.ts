/** What every process needs: settings, log, lifecycle, broker session, HTTP server, metrics. */

export * from './address.ts';
export * from './background.ts';
export * from './bearer.ts';
export * from './broker/frame-publisher.ts';
export { listenToPressure, type Pressure } from './broker/pressure.ts';
export * from './broker/session.ts';
export * from './broker/topic-queues.ts';
export * from './camera-labels.ts';
export * from './config.ts';
export * from './frame-id.ts';
export * from './frame-trace.ts';
export { guarded } from './guarded.ts';
export * from './http.ts';
export * from './http-error.ts';
export * from './http-guard.ts';
export * from './http-settings.ts';
export * from './lifecycle.ts';
export * from './listen.ts';
export * from './log.ts';
export * from './lru.ts';
export * from './metrics.ts';
export * from './otlp.ts';
export * from './parent.ts';
export * from './source.ts';
export * from './uploads.ts';
export * from './url-credentials.ts';
export * from './wait.ts';
