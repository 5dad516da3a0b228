import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FRAME_TOPIC_ANNOTATION, TOPIC_ANNOTATION, type Topic } from '@framewire/contract';
import { topicQueues } from '@framewire/runtime/frames';
import { imageName } from '../gateway/api/deployment.ts';
import { UsageError } from '../options.ts';
import { buildFunction } from './build.ts';
import { readStack, type StackFunction } from './stack-file.ts';

/** Functions that run beside the system's own, or in place of one of the same name. */
export interface Stacks {
  functions: StackFunction[];
  /** Their programs, by the last word of their image: what is deployed later under such an image is run by it too. */
  built: Map<string, FunctionProgram>;
}

/** @param own it is one of ours and reports its port itself; any other is run by `hosted.ts`. */
export interface FunctionProgram {
  file: string;
  own: boolean;
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
  const built = new Map<string, FunctionProgram>();
  for (const { stack, folder, deployment } of functions) {
    const { service, image } = deployment;
    if (functions.filter((other) => other.deployment.service === service).length > 1)
      throw new UsageError(`${stack}: ${service}: it is listed twice`);
    try {
      built.set(imageName(image), await programOf(root, folder));
    } catch (error) {
      throw new UsageError(`${stack}: ${service}: ${inOneLine(error as Error)}`);
    }
  }
  return { functions, built };
}

/** A folder of ours that the build compiled already is not compiled again: the system's own functions run from there. */
async function programOf(root: string, folder: string): Promise<FunctionProgram> {
  const file = join(folder, 'dist', 'main.js');
  if (dirname(folder) === join(root, 'functions') && existsSync(file)) return { file, own: true };
  return { file: await buildFunction(root, folder), own: false };
}

/**
 * These topics and those that functions name by annotation: each gets the function's first queue.
 * @throws UsageError if two queues would get one topic, or one queue two.
 */
export function withTopicsOf(functions: StackFunction[], topics: Topic[]): Topic[] {
  const all = [...topics];
  for (const { stack, deployment } of functions) {
    const { service, annotations } = deployment;
    const fail = (words: string): never => {
      throw new UsageError(`${stack}: ${service}: ${FRAME_TOPIC_ANNOTATION}: ${words}`);
    };
    const topic = annotations[FRAME_TOPIC_ANNOTATION]?.trim();
    if (!topic) continue;
    const queue = annotations[TOPIC_ANNOTATION]?.split(',')[0]?.trim();
    if (!queue) fail(`the annotation ${TOPIC_ANNOTATION} names no queue for ${topic}`);
    const known = all.find((one) => one.topic === topic || one.queue === queue);
    if (known && (known.topic !== topic || known.queue !== queue))
      fail(`${topic}=${queue}, but ${known.topic}=${known.queue} is there`);
    if (!known) all.push(parse(`${topic}=${queue}`, fail));
  }
  return all;
}

function parse(text: string, fail: (words: string) => never): Topic {
  try {
    return topicQueues.parse(text).at(-1)!;
  } catch {
    return fail(`${text}; allowed: ${topicQueues.allowed}`);
  }
}

/** esbuild's message has a line for each error, the first of which is a headline. */
const inOneLine = ({ message }: Error): string => message.split('\n').slice(0, 2).join(' ').trim();
