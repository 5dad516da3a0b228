import { Hono } from 'hono';
import { z } from 'zod';
import { type FunctionProvider, type FunctionStatus, findFunction } from '../faas-provider.ts';
import { readScaleLabels } from './scale-labels.ts';

/** What Alertmanager posts; of it the OpenFaaS gateway reads these two. */
const alertBody = z.object({
  alerts: z.array(z.object({ status: z.string(), labels: z.object({ function_name: z.string() }) })),
});

/** `POST /alert`: scales each function that an alert names. */
export function alertRoutes(provider: FunctionProvider): Hono {
  return new Hono().post('/alert', async (c) => {
    const body = alertBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.text('Unable to parse alert, bad format.', 400);
    const problems: string[] = [];
    for (const { status, labels } of body.data.alerts) {
      const fn = findFunction(provider, labels.function_name);
      if (!fn) continue; // OpenFaaS says nothing of it either
      const replicas = replicasAfter(status, fn);
      if (replicas === fn.replicas) continue;
      await provider.scale(fn.name, replicas).catch((error: Error) => problems.push(error.message));
    }
    return problems.length ? c.text(problems.map((line, n) => `[${n}] ${line}\n`).join(''), 500) : c.body(null, 200);
  });
}

/**
 * How many replicas an alert asks for, as the OpenFaaS CE gateway reckons: while it fires a step of `factor` percent of the maximum
 * up, with any other status straight to the minimum; with a factor out of range nothing happens. More than the maximum are let be
 * while it fires: somebody asked for them by hand.
 */
export function replicasAfter(
  status: string,
  { replicas, labels }: Pick<FunctionStatus, 'replicas' | 'labels'>,
): number {
  const { min, max, factor } = readScaleLabels(labels);
  if (factor < 1 || factor > 100) return replicas;
  if (status !== 'firing') return min;
  return Math.max(replicas, Math.min(max, replicas + Math.ceil((max / 100) * factor)));
}
