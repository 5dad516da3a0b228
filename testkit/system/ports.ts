import { isFree } from '../../local/supervisor/free-ports.ts';

/** How far from its base the system's last port is. */
const SPAN = 50;

/** A base for `--port-base`: nothing listens on it or on the next ones. Below the ports that the kernel gives to clients. */
export async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 20_000 + SPAN * Math.floor((Math.random() * 12_000) / SPAN);
    if ((await takenPorts(base)).length === 0) return base;
  }
}

/** Which of a system's ports something listens on. */
export async function takenPorts(base: number): Promise<number[]> {
  const ports = Array.from({ length: SPAN }, (_, i) => base + i);
  const free = await Promise.all(ports.map((port) => isFree(port)));
  return ports.filter((_, i) => !free[i]);
}
