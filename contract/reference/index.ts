/** The interfaces of every part as data, and what is made of them: OpenAPI, AsyncAPI, the tables of docs/reference. */
export { asyncApi } from './asyncapi.ts';
export { openApi } from './openapi.ts';
export type { Part } from './operation.ts';
export { PARTS } from './parts.ts';
