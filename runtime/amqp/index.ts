/**
 * The broker: one managed connection, consumers that settle each delivery, publishers that wait for the confirm,
 * streams that are read from a cursor, the topology.
 */
export { splitAddresses } from './connection/addresses.ts';
export * from './notices.ts';
export * from './session.ts';
export * from './settings.ts';
export * from './stream/reader.ts';
