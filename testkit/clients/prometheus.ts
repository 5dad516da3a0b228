import { splitCredentials } from '@framewire/runtime/http';
import { z } from 'zod';

/** What Prometheus recorded, second by second; undefined where there was no value. */
export type Series = (number | undefined)[];

const answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })) }),
});

/** A range query at a step of one second. @param from, to milliseconds since the epoch. @throws Error with what Prometheus says. */
export async function readHistory(prometheus: string, promql: string, from: number, to: number): Promise<Series> {
  const { url: base, headers } = splitCredentials(prometheus);
  const url = new URL('api/v1/query_range', base.replace(/\/?$/, '/'));
  url.search = `${new URLSearchParams({ query: promql, start: `${from / 1000}`, end: `${to / 1000}`, step: '1' })}`;
  const response = await fetch(url, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`Prometheus answered ${response.status} to ${promql}: ${text}`);
  const series: Series = Array.from({ length: Math.floor((to - from) / 1000) + 1 });
  for (const { values } of answer.parse(JSON.parse(text)).data.result) {
    for (const [at, value] of values) {
      const index = Math.round(at - from / 1000);
      if (index < series.length && Number.isFinite(Number(value))) series[index] = Number(value);
    }
  }
  return series;
}
