import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What a run leaves to look at: screenshots, logs. Not in git. */
export const ARTIFACTS = fileURLToPath(new URL('../../e2e/artifacts', import.meta.url));
