import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs docker and gives what it says. @throws Error with the last of what it said. */
export async function docker(...args: string[]): Promise<string> {
  try {
    const { stdout } = await run('docker', args, { maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(
      `docker ${args.slice(0, 2).join(' ')}: ${`${stdout ?? ''}${stderr ?? ''}`.slice(-2_000) || message}`,
    );
  }
}

/** Why images cannot be built here. @param images those that they stand on. */
export async function whyNoImages(images: string[]): Promise<string | undefined> {
  const says = await docker('version', '--format', '{{.Server.Version}}').catch(() => '');
  if (!says) return 'docker does not run here';
  for (const image of images) {
    const there = await docker('image', 'inspect', image).catch(() => docker('pull', image).catch(() => ''));
    if (!there) return `${image} is not here and cannot be pulled`;
  }
  return undefined;
}

export interface Container {
  /** Its node id. */
  id: string;
  /** On loopback, for its port 8080. */
  port: number;
  logs(): Promise<string>;
  /** SIGTERM, and what it ended with; 137 is a kill after `graceSeconds`. */
  stop(graceSeconds?: number): Promise<number>;
  remove(): Promise<void>;
}

/** Starts a container as OpenFaaS does where it is strict: nothing may be written but /tmp, no privilege. */
export async function runContainer(
  image: string,
  options: { env?: Record<string, string>; secrets?: string } = {},
): Promise<Container> {
  const { env = {}, secrets } = options;
  const name = await docker(
    ...[
      'run',
      '--detach',
      '--read-only',
      '--tmpfs',
      '/tmp',
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
    ],
    ...['--publish', '127.0.0.1::8080'],
    ...(secrets ? ['--volume', `${secrets}:/var/openfaas/secrets:ro`] : []),
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    image,
  );
  const published = await docker('port', name, '8080');
  return {
    id: name.slice(0, 12),
    port: Number(published.split('\n')[0]!.split(':').at(-1)),
    logs: async () => {
      const { stdout, stderr } = await run('docker', ['logs', name], { maxBuffer: 64 * 1024 * 1024 });
      return stdout + stderr;
    },
    async stop(graceSeconds = 30) {
      await docker('stop', '--time', `${graceSeconds}`, name);
      return Number(await docker('inspect', '--format', '{{.State.ExitCode}}', name));
    },
    async remove() {
      await docker('rm', '--force', '--volumes', name);
    },
  };
}
