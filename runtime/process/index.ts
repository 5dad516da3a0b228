/** The life of a process: files that are whole, settings, start and drain, background work, waiting with a limit, bounded maps. */
export * from './atomic-file.ts';
export * from './background.ts';
export * from './config.ts';
export * from './lifecycle.ts';
export * from './lru.ts';
export * from './parent.ts';
export * from './parse.ts';
export * from './states.ts';
export * from './wait.ts';
