import { join } from 'node:path';
import { imageName } from '../gateway/api/deployment.ts';
import { UsageError } from '../options.ts';
import { buildFunction } from './build.ts';
import { readStack, type StackFunction } from './stack-file.ts';

/** Functions that run beside the system's own, or in place of one of the same name. */
export interface Stacks {
  functions: StackFunction[];
  /** Their programs, by the last word of their image: what is deployed later under such an image is run by it too. */
  built: Map<string, string>;
}

/**
 * Reads the repository's stack.yml and these files, and builds what in them is not the system's own.
 * @param from where the command was typed.
 * @throws UsageError in one line.
 */
export async function buildStacks(
  root: string,
  files: string[],
  from: string,
  env: Record<string, string | undefined>,
): Promise<Stacks> {
  const listed = [join(root, 'stack.yml'), ...files].flatMap((file) => readStack(file, from, env));
  const functions = listed.filter(({ folder, deployment }) => folder !== join(root, 'functions', deployment.service));
  const built = new Map<string, string>();
  for (const { stack, folder, deployment } of functions) {
    const { service, image } = deployment;
    if (functions.filter((other) => other.deployment.service === service).length > 1)
      throw new UsageError(`${stack}: ${service}: it is listed twice`);
    try {
      built.set(imageName(image), await buildFunction(root, folder));
    } catch (error) {
      throw new UsageError(`${stack}: ${service}: ${inOneLine(error as Error)}`);
    }
  }
  return { functions, built };
}

/** esbuild's message has a line for each error, the first of which is a headline. */
const inOneLine = ({ message }: Error): string => message.split('\n').slice(0, 2).join(' ').trim();
