import { splitCredentials } from '@framewire/runtime/http';
import { z } from 'zod';

/** A Prometheus server that is asked. */
export interface PrometheusClient {
  /** One value for each name; a name whose expression gives none is absent. @throws Error with a message for people */
  now(expressions: Record<string, string>): Promise<Map<string, number>>;
  /** `[seconds since the epoch, value]` pairs for each name. @throws Error with a message for people */
  range(expressions: Record<string, string>, seconds: number, step: number): Promise<Map<string, [number, number][]>>;
  /** The present value of every series of one expression, with its labels. @throws Error with a message for people */
  each(expression: string): Promise<{ labels: Record<string, string>; value: number }[]>;
  /** Every series of one expression with its labels, from and to in seconds since the epoch. @throws Error with a message for people */
  series(expression: string, from: number, to: number, step: number): Promise<Series[]>;
}

export interface Series {
  labels: Record<string, string>;
  points: [number, number][];
}

const TIMEOUT_MS = 2_000;
/** The label that tells the expressions of one query apart. */
const NAME = 'reading';

/** Prometheus writes values as text, "NaN" and "+Inf" among them: they are for whoever asked to judge. */
const sample = z.tuple([z.number(), z.string().transform(Number)]);
const labels = z.object({ [NAME]: z.string() });
const vector = z.object({ data: z.object({ result: z.array(z.object({ metric: labels, value: sample })) }) });
const anyVector = z.object({
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: sample })) }),
});
const anyMatrix = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(sample) })),
  }),
});
const matrix = z.object({ data: z.object({ result: z.array(z.object({ metric: labels, values: z.array(sample) })) }) });

/** @param address `http://user:password@127.0.0.1:9090`, with user and password where it wants them. */
export function createPrometheusClient(address: string): PrometheusClient {
  const { url, headers } = splitCredentials(address);

  async function ask(path: string, query: Record<string, string>): Promise<unknown> {
    const address = new URL(path, url.endsWith('/') ? url : `${url}/`);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    try {
      const answer = await fetch(address, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.ok) return await answer.json();
      throw new Error(`Prometheus answers ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
    } catch (error) {
      throw new Error(describeError(error as Error), { cause: error });
    }
  }

  return {
    async now(expressions) {
      const { data } = vector.parse(await ask('api/v1/query', { query: union(expressions) }));
      return new Map(data.result.map(({ metric, value }) => [metric[NAME]!, value[1]]));
    },
    async range(expressions, seconds, step) {
      const end = Math.floor(Date.now() / 1000 / step) * step;
      const query = { query: union(expressions), start: `${end - seconds}`, end: `${end}`, step: `${step}` };
      const { data } = matrix.parse(await ask('api/v1/query_range', query));
      return new Map(data.result.map(({ metric, values }) => [metric[NAME]!, values]));
    },
    async each(expression) {
      const { data } = anyVector.parse(await ask('api/v1/query', { query: expression }));
      return data.result.map(({ metric, value }) => ({ labels: metric, value: value[1] }));
    },
    async series(expression, from, to, step) {
      const query = { query: expression, start: `${from}`, end: `${to}`, step: `${step}` };
      const { data } = anyMatrix.parse(await ask('api/v1/query_range', query));
      return data.result.map(({ metric, values }) => ({ labels: metric, points: values }));
    },
  };
}

/** One query instead of one an expression. Each must give one value without labels. */
const union = (expressions: Record<string, string>): string =>
  Object.entries(expressions)
    .map(([name, expression]) => `label_replace(${expression}, "${NAME}", "${name}", "", "")`)
    .join(' or ');

function describeError(error: Error): string {
  if (error.name === 'TimeoutError') return `Prometheus does not answer within ${TIMEOUT_MS / 1000} s`;
  if (error.message === 'fetch failed') return `Prometheus cannot be reached: ${(error.cause as Error)?.message}`;
  return error.message;
}
