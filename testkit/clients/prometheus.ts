import { splitCredentials } from '@framewire/runtime/http';
import { z } from 'zod';

const point = z.tuple([z.number(), z.string()]);
const answer = z.object({
  error: z.string().optional(),
  data: z
    .object({
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          value: point.optional(),
          values: z.array(point).optional(),
        }),
      ),
    })
    .optional(),
});

export interface Sample {
  metric: Record<string, string>;
  value: number;
}

/** A value for each second; undefined where there was none. */
export type Series = (number | undefined)[];

/** An instant query. @param prometheus its address, with credentials where it asks for some. @throws Error with what it says. */
export async function query(prometheus: string, promql: string): Promise<Sample[]> {
  const result = await ask(prometheus, 'query', { query: promql });
  return result.flatMap(({ metric, value }) => (value ? [{ metric, value: Number(value[1]) }] : []));
}

/** A range query in steps of one second. @param from, to milliseconds since the epoch. @throws Error with what Prometheus says. */
export async function queryRange(prometheus: string, promql: string, from: number, to: number): Promise<Series> {
  const range = { query: promql, start: `${from / 1000}`, end: `${to / 1000}`, step: '1' };
  const series: Series = Array.from({ length: Math.floor((to - from) / 1000) + 1 });
  for (const { values = [] } of await ask(prometheus, 'query_range', range)) {
    for (const [at, value] of values) {
      const index = Math.round(at - from / 1000);
      if (index < series.length && Number.isFinite(Number(value))) series[index] = Number(value);
    }
  }
  return series;
}

async function ask(prometheus: string, call: string, parameters: Record<string, string>) {
  const { url, headers } = splitCredentials(prometheus);
  const address = new URL(`api/v1/${call}`, url.replace(/\/?$/, '/'));
  address.search = `${new URLSearchParams(parameters)}`;
  const response = await fetch(address, { headers });
  const text = await response.text();
  const { data, error } = response.headers.get('content-type')?.includes('json')
    ? answer.parse(JSON.parse(text))
    : { data: undefined, error: text };
  if (!data) throw new Error(`Prometheus answered ${response.status} to ${parameters.query}: ${error}`);
  return data.result;
}
