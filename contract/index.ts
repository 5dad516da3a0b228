/** What travels between the parts: messages, topology, metric names. No I/O: it runs in a browser too. */
export * from './api.ts';
export * from './camera.ts';
export * from './frame.ts';
export * from './frame-id.ts';
export * from './invocation.ts';
export * from './jpeg.ts';
export * from './metrics.ts';
export * from './picture.ts';
export * from './pressure.ts';
export * from './record.ts';
export * from './result.ts';
export * from './seed.ts';
export * from './shed.ts';
export * from './topology.ts';
export * from './trace.ts';
export * from './verdict.ts';
export * from './viewer.ts';
