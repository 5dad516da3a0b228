/** The HTTP side of a part: the server and its limits, who may ask, how errors are answered, uploads that are counted. */
export * from './address.ts';
export * from './bearer.ts';
export * from './http.ts';
export * from './http-error.ts';
export * from './http-guard.ts';
export * from './http-settings.ts';
export * from './listen.ts';
export * from './parameters.ts';
export * from './uploads.ts';
export * from './url-credentials.ts';
