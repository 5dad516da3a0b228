/** The interfaces of every part as data, and what is made of them: OpenAPI, AsyncAPI, the tables of docs/reference. */
export { asyncApi } from './asyncapi.ts';
export { CHANNELS } from './channels.ts';
export { openApi } from './openapi.ts';
export type { Operation, Part, Refusal } from './operation.ts';
export { PARTS } from './parts.ts';
