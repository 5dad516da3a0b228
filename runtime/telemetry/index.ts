/** What a process reports of itself: log, metrics with bounded labels, traces; and what the kernel says. */
export { VERSION } from './build-info.ts';
export * from './camera-labels.ts';
export * from './frame-trace.ts';
export * from './log.ts';
export * from './metrics.ts';
export * from './otlp.ts';
export * from './psi.ts';
