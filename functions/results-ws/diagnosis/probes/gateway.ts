import { repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

/** Whether the gateway is there, asked every few seconds: viewers see it, nothing here needs it. */
export interface GatewayWatch {
  problem(): string | undefined;
  close(): void;
}

const EVERY_MS = 3_000;
const TIMEOUT_MS = 2_000;

export function watchGateway(url: string | undefined, log: Log): GatewayWatch {
  let problem: string | undefined;
  async function ask(): Promise<void> {
    try {
      const answer = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
      await answer.arrayBuffer();
      problem = answer.ok ? undefined : `the gateway answers ${answer.status}`;
    } catch {
      problem = 'the gateway cannot be reached';
    }
  }
  if (!url) return { problem: () => undefined, close() {} };
  return { problem: () => problem, close: repeat(ask, EVERY_MS, log, 'asking for the gateway') };
}
