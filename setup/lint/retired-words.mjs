/**
 * Words that the project does not use, and the ones that it uses instead. `pattern` is matched against each line in lower case with the
 * words of an identifier apart: `letGo`, `LET_GO` and `let-go` all read `let go`. `code` limits it to source files.
 */
export const RETIRED = [
  { pattern: /\bverdicts?\b/, use: 'diagnosis, finding' },
  { pattern: /\b(wounds?|wounded|inflict\w*)\b/, use: 'fault, inject' },
  { pattern: /\bheal(s|ed|ing)?\b/, use: 'revert, recover' },
  { pattern: /\b(hogs?|eat memory)\b/, use: 'CPU stress, memory stress' },
  {
    pattern: /\b(let|lets|letting) go\b(?! live)/,
    use: 'shed (by a source), dropped as stale (by the connector), skipped (for a viewer)',
  },
  { pattern: /(?<!glass to )\bglass\b(?! to glass)/, use: 'screen; end-to-end latency' },
  { pattern: /\b(chronicles?|happenings?)\b/, use: 'incident log, incidents' },
  { pattern: /\bin words\b/, use: 'describe, message' },
  { pattern: /\berrands?\b/, use: 'invocation request' },
  { pattern: /\bfirst generation\b/, use: 'legacy' },
  { pattern: /\btold\b/, use: 'publish, report, emit' },
  // 410 Gone is the name of a status
  {
    pattern: /(?<!\b410\b.*)\bgone\b(?!.*\b410\b)/,
    use: 'closed (channel), exited (process), disconnected (viewer), removed',
    code: true,
  },
  { pattern: /\bgoals?\b/, use: 'objective' },
  { pattern: /\b(sights?|in sight)\b/, use: 'visible cameras' },
  { pattern: /\b(announcer|freshness)\b/, use: 'shedding notices, admission control (CoDel)' },
  { pattern: /\b(kept|keep) channel\b/, use: 'managed channel' },
  { pattern: /\bway (answer|stages)\b|\bway of a frame\b|\bframe's way\b/, use: 'stage timings, latency' },
  { pattern: /\b(whole way|observing)\b/, use: 'end to end, telemetry overhead' },
  { pattern: /\banew\b/, use: 'again' },
  {
    pattern: /\bcpu is short\b|\breplicas are too few\b|\bthere are no numbers\b/,
    use: 'not enough CPU, not enough replicas, no metrics',
  },
  {
    pattern: /\bapi (verdict|way|chaos|objective|history events)\b/,
    use: '/api/diagnosis, /api/latency, /api/faults, /api/slo, /api/incidents',
  },
];
/** Names of constants, matched as they are written. */
export const RETIRED_NAMES = [
  { pattern: /\b(MOST|LEAST|ENOUGH|SOME|ENTER|LEAVE)(_[A-Z_]+)?\b/, use: 'MAX_…, MIN_…, RAISE_AFTER_S, CLEAR_AFTER_S' },
];
