import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Deployment, deployment } from '../gateway/api/deployment.ts';
import { UsageError } from '../options.ts';

/** A function that a stack.yml lists, as far as it means something to a process. */
export interface StackFunction {
  /** The file that lists it. */
  stack: string;
  /** Its `handler`: a folder with a handler.ts or a main.ts, seen from the file, or else from where faas-cli would be called. */
  folder: string;
  deployment: Deployment;
}

/** YAML reads `8000` as a number, `true` as a boolean and nothing as null; a function gets text. */
const text = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => `${value ?? ''}`);
const texts = z
  .record(z.string(), text)
  .nullish()
  .transform((map) => map ?? {});

const stack = z.object({
  functions: z.record(
    z.string(),
    z.object({
      lang: z.literal('node-hono', { error: 'lang: only node-hono runs here' }),
      handler: z.string({ error: 'handler: is required' }),
      image: z.string({ error: 'image: is required' }),
      environment: texts,
      environment_file: z.never({ error: 'environment_file: is not read here; use environment' }).optional(),
      annotations: texts,
      labels: texts,
      secrets: z.array(z.string()).nullish(),
    }),
  ),
});

/**
 * The functions of a stack.yml, as faas-cli reads it.
 * @param from where the command was typed.
 * @param env what `${NAME}` and `${NAME:-default}` in it stand for.
 * @throws UsageError in one line, that names the file and the function.
 */
export function readStack(
  file: string,
  from: string,
  env: Record<string, string | undefined> = process.env,
): StackFunction[] {
  const fail = (words: string): never => {
    throw new UsageError(`${file}: ${words}`);
  };
  if (!existsSync(file)) fail('there is no such file');
  const read = stack.safeParse(parseYaml(substitute(readFileSync(file, 'utf8'), env), fail));
  if (!read.success) return fail(describe(read.error));
  return Object.entries(read.data.functions).map(([service, { handler, environment, ...rest }]) => {
    const deployed = deployment.safeParse({ service, envVars: environment, ...rest });
    if (!deployed.success) return fail(`${service}: ${deployed.error.issues[0]?.message}`);
    const places = [dirname(file), from].map((place) => resolve(place, handler));
    const folder = places.find(existsSync);
    if (!folder) return fail(`${service}: handler: there is no folder ${places[0]}`);
    return { stack: file, folder, deployment: deployed.data };
  });
}

function parseYaml(text: string, fail: (words: string) => never): unknown {
  try {
    return parse(text);
  } catch (error) {
    return fail((error as Error).message.split('\n')[0]!);
  }
}

function describe({ issues }: z.ZodError): string {
  const [issue] = issues;
  const [, service] = issue!.path;
  return service === undefined ? `functions: ${issue!.message}` : `${String(service)}: ${issue!.message}`;
}

/** An empty value counts as none, as in faas-cli. */
const substitute = (text: string, env: Record<string, string | undefined>): string =>
  text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, other = '') => env[name] || other);
