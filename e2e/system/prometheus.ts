import { splitCredentials } from '@framewire/runtime/http';
import type { SystemInfo } from '../../testkit/system/start.ts';

export interface Sample {
  metric: Record<string, string>;
  /** Seconds since the epoch, and the value as text. */
  value: [number, string];
}

/** An instant query. @throws Error with Prometheus's words when it is refused. */
export async function query({ prometheus }: SystemInfo, promql: string): Promise<Sample[]> {
  const { url, headers } = splitCredentials(prometheus);
  const address = new URL(`api/v1/query?query=${encodeURIComponent(promql)}`, url);
  const answer = await fetch(address, { headers });
  const json = (await answer.json()) as { status: string; error?: string; data: { result: Sample[] } };
  if (json.status !== 'success') throw new Error(`${promql}: ${json.error}`);
  return json.data.result;
}
