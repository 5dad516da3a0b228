import { pino } from 'pino';

/** Writes nothing, unless `TEST_LOG` names a level. */
export const silentLog = pino({ level: process.env.TEST_LOG ?? 'silent' });
