import { type Identity, identify, isRunning, readStat } from './process-identity.ts';

const INTERVAL_MS = 500;

/**
 * Calls back once npm, which started this process, was killed. Without npm nothing is watched: a shell may exit and leave us running on
 * purpose.
 */
export function onParentExit(onExit: () => void, env = process.env): void {
  if (!env.npm_lifecycle_event) return;
  const watched = ancestors();
  const timer = setInterval(() => {
    if (watched.every(isRunning)) return;
    clearInterval(timer);
    onExit();
  }, INTERVAL_MS);
  timer.unref();
}

/** Our parent, and the one above where npm put a shell in between. */
function ancestors(): Identity[] {
  const parent = identify(process.ppid);
  if (!parent) return [];
  const [name, , above] = readStat(process.ppid) ?? [];
  const grandparent = ['sh', 'dash', 'bash'].includes(name!) ? identify(Number(above)) : undefined;
  return grandparent ? [parent, grandparent] : [parent];
}
