import { config } from 'zod';

/**
 * Schemas would be compiled by `new Function`, which the page's security policy forbids. Each asks when it is made: to be imported
 * before any of them.
 */
config({ jitless: true });
