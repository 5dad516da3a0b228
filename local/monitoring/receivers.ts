import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { baseEnv, findProgram } from '../supervisor/spawn.ts';
import { UsageError } from '../usage-error.ts';

/** What a file in `alertmanager.d` may hold, in the words of Alertmanager's own configuration, which checks what is inside. */
const file = z.strictObject({
  global: z.record(z.string(), z.unknown()).optional(),
  receivers: z.array(z.unknown()).optional(),
  routes: z.array(z.unknown()).optional(),
  time_intervals: z.array(z.unknown()).optional(),
});
type File = z.infer<typeof file>;

/** The alerts for people have it; those that only scale have none. */
const FOR_PEOPLE = { matchers: ['severity =~ ".+"'] };

/** The receiver of the rules that a person sets on the page. */
const RULES_RECEIVER = 'framewire-rules';

/** Each alert by itself, when it begins and when it is over: which of them somebody hears of is for the rules to say. */
const forRules = (url: string): Required<Pick<File, 'receivers' | 'routes'>> => ({
  receivers: [{ name: RULES_RECEIVER, webhook_configs: [{ url, send_resolved: true }] }],
  routes: [
    {
      ...FOR_PEOPLE,
      receiver: RULES_RECEIVER,
      group_by: ['...'],
      group_wait: '1s',
      group_interval: '10s',
      repeat_interval: '4h',
      continue: true,
    },
  ],
});

/**
 * Alertmanager's configuration with the receivers and routes of the files in a folder, in the order of their names. Routes get the alerts
 * for people only, never those that scale. A folder that is not there leaves the configuration as it is.
 * @param rulesUrl where alerts are posted for the rules of notifications.
 * @throws UsageError that names the file.
 */
export function addReceivers(configuration: string, folder: string, rulesUrl?: string): string {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];
  if (files.length === 0 && rulesUrl === undefined) return configuration;
  const all = files.sort().map((name) => read(join(folder, name)));
  const own = parse(configuration);
  const rules = rulesUrl === undefined ? { receivers: [], routes: [] } : forRules(rulesUrl);
  const merged = {
    ...own,
    global: Object.assign({}, own.global, ...all.map(({ global }) => global)),
    receivers: [...own.receivers, ...rules.receivers, ...all.flatMap(({ receivers = [] }) => receivers)],
    route: {
      ...own.route,
      routes: [
        ...own.route.routes,
        ...rules.routes,
        { ...FOR_PEOPLE, routes: all.flatMap(({ routes = [] }) => routes) },
      ],
    },
    time_intervals: all.flatMap(({ time_intervals = [] }) => time_intervals),
  };
  return stringify(merged);
}

function read(path: string): File {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8')) ?? {};
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message.split('\n')[0]!.replace(/:$/, '')}`);
  }
  const parsed = file.safeParse(content);
  if (parsed.success) return parsed.data;
  const { path: at, message } = parsed.error.issues[0]!;
  const where = at.length > 0 ? `${path}: ${at.join('.')}` : path;
  throw new UsageError(`${where}: ${message}; allowed: ${Object.keys(file.shape).join(', ')}`);
}

/**
 * Lets Alertmanager's own tool look at a configuration that has receivers of somebody's. Does nothing where the tool is not installed:
 * Alertmanager then says itself what is wrong, in its log.
 * @throws UsageError with the reason, that of an unknown field for example.
 */
export function checkReceivers(config: string, folder: string): void {
  const amtool = existsSync(folder) ? findProgram('amtool') : undefined;
  if (!amtool) return;
  const { status, stdout } = spawnSync(amtool, ['check-config', config], { env: baseEnv(), encoding: 'utf8' });
  if (status === 0) return;
  const reason = /FAILED: ([\s\S]*)/
    .exec(stdout)?.[1]
    ?.trim()
    .replace(/\s*\n\s*/g, ' ');
  throw new UsageError(`${folder}: ${reason ?? `${basename(amtool)} refuses the configuration`}`);
}
