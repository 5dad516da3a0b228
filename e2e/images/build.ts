import { cpSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { at, readStack, root } from '../../deploy/manifests.ts';
import { docker } from './docker.ts';

/** What every image stands on, as the Dockerfiles name it. */
export function baseImages(): string[] {
  const dockerfile = readFileSync(at('template/node-hono/Dockerfile'), 'utf8');
  return [...dockerfile.matchAll(/^ARG (?:WATCHDOG|NODE)=(\S+)$/gm)].map(([, image]) => image!);
}

/** Builds a function of stack.yml by the steps of `faas-cli build`: template, handler and what is copied, then `docker build`. */
export async function buildFunction(name: string): Promise<string> {
  const context = at(join('build', name));
  const one = readStack()[name]!;
  rmSync(context, { recursive: true, force: true });
  copy(at(join('template', one.lang)), context);
  copy(at(one.handler), join(context, 'function'));
  const { configuration } = parse(readFileSync(at('stack.yml'), 'utf8'));
  for (const path of configuration.copy) copy(at(path), join(context, 'function', path));

  const template = parse(readFileSync(at(join('template', one.lang, 'template.yml')), 'utf8'));
  const packages = (one.build_options ?? []).flatMap(
    (option) => template.build_options.find(({ name }: { name: string }) => name === option).packages,
  );
  return build(`framewire-test/${name}`, context, { ...one.build_args, ADDITIONAL_PACKAGE: packages.join(' ') });
}

/** Builds a part that is no function. */
export const buildPart = (part: string): Promise<string> =>
  build(`framewire-test/${part.replaceAll('/', '-')}`, root, { PART: part }, ['--file', at('deploy/Dockerfile')]);

/** Builds the whole system as one image. */
export const buildWholeSystem = (): Promise<string> =>
  build('framewire-test/system', root, {}, ['--file', at('deploy/container/Dockerfile')]);

async function build(tag: string, context: string, args: Record<string, string | null>, options: string[] = []) {
  const named = Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value ?? ''}`]);
  await docker('build', ...options, ...named, '--tag', tag, context);
  return tag;
}

/** As faas-cli copies, but for what the template's .dockerignore keeps out of the image in any case. */
function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !['node_modules', 'dist'].includes(basename(path)) });
}
