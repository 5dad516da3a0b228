import { readFileSync } from 'node:fs';

/** How one setting is read: from text to a value, with a description of what is allowed. */
export interface Setting<T> {
  /** @throws Error when the text is not allowed. */
  parse(text: string): T;
  allowed: string;
  /** Used when the variable is absent or empty; a setting without one must be set. */
  fallback?: T;
  /** Never repeated in a message; may also come from a file. */
  secret?: boolean;
  /** What it does, for the reference of settings. */
  about?: string;
}

/** What is wrong with a secret. The message is shown, so it repeats nothing of the secret. */
export class SafeError extends Error {
  override name = 'SafeError';
}

export type Settings = Record<string, Setting<unknown>>;
export type Config<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };
export type Env = Record<string, string | undefined>;

/** One line for each wrong setting: its name, what was read, what is allowed. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

/** OpenFaaS mounts a function's secrets here, one file each. */
const SECRETS_FOLDER = '/var/openfaas/secrets';

/**
 * Reads all settings from an environment at once, so that one error names every mistake.
 * A secret `AMQP_URL` may also stand in a file: the one that `AMQP_URL_FILE` names, or `/var/openfaas/secrets/amqp-url`.
 * @throws ConfigError
 */
export function readConfig<S extends Settings>(settings: S, env: Env = process.env): Config<S> {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    let text: string | undefined;
    try {
      text = setting.secret ? readSecret(name, env) : env[name];
      if (text === undefined || text === '') {
        if (!('fallback' in setting)) throw new Error('not set');
        config[name] = setting.fallback;
      } else config[name] = setting.parse(text);
    } catch (error) {
      const read =
        text === undefined || text === ''
          ? (error as Error).message
          : setting.secret
            ? error instanceof SafeError
              ? error.message
              : '(secret)'
            : JSON.stringify(text);
      problems.push(`${name}: ${read}; allowed: ${setting.allowed}`);
    }
  }
  if (problems.length) throw new ConfigError(problems);
  return config as Config<S>;
}

function readSecret(name: string, env: Env): string | undefined {
  if (env[name]) return env[name];
  const named = env[`${name}_FILE`];
  if (named) {
    try {
      return readFileSync(named, 'utf8').trim();
    } catch {
      throw new Error(`${name}_FILE names ${named}, which cannot be read`);
    }
  }
  try {
    return readFileSync(`${SECRETS_FOLDER}/${name.toLowerCase().replaceAll('_', '-')}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

export const text = (
  options: { fallback?: string; secret?: boolean; allowed?: string; pattern?: RegExp } = {},
): Setting<string> => ({
  parse: (value) => {
    if (options.pattern && !options.pattern.test(value)) throw new Error('pattern');
    return value;
  },
  allowed: options.allowed ?? 'text',
  ...pick(options),
});

export const integer = (options: { min?: number; max?: number; fallback?: number } = {}): Setting<number> => {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  return {
    parse: (value) => {
      const n = Number(value);
      if (!/^-?\d+$/.test(value.trim()) || n < min || n > max) throw new Error('range');
      return n;
    },
    allowed: max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min} on` : `a whole number from ${min} to ${max}`,
    ...pick(options),
  };
};

export const decimal = (options: { min: number; max: number; fallback?: number }): Setting<number> => ({
  parse: (value) => {
    const n = Number(value);
    if (value.trim() === '' || !(n >= options.min && n <= options.max)) throw new Error('range');
    return n;
  },
  allowed: `a number from ${options.min} to ${options.max}`,
  ...pick(options),
});

export const flag = (options: { fallback?: boolean } = {}): Setting<boolean> => ({
  parse: (value) => {
    if (!['true', 'false', '1', '0'].includes(value)) throw new Error('flag');
    return value === 'true' || value === '1';
  },
  allowed: 'true or false',
  ...pick(options),
});

export const choice = <T extends string>(values: readonly T[], options: { fallback?: T } = {}): Setting<T> => ({
  parse: (value) => {
    if (!values.includes(value as T)) throw new Error('choice');
    return value as T;
  },
  allowed: values.join(', '),
  ...pick(options),
});

export const url = (protocols: string[], options: { fallback?: string; secret?: boolean } = {}): Setting<string> => ({
  parse: (value) => {
    if (!protocols.includes(new URL(value).protocol.slice(0, -1))) throw new Error('protocol');
    return value;
  },
  allowed: protocols.map((protocol) => `${protocol}://...`).join(' or '),
  ...pick(options),
});

/** Says what a setting does: the reference of settings is made from it. */
export const about = <T>(text: string, setting: Setting<T>): Setting<T> => ({ ...setting, about: text });

/** Absent is allowed and reads as undefined. */
export const optional = <T>(setting: Setting<T>): Setting<T | undefined> => ({ ...setting, fallback: undefined });

/** Texts with commas between them, each checked. Absent: none. */
export const list = (isAllowed: (text: string) => boolean, allowed: string): Setting<string[]> => ({
  parse: (value) => {
    const texts = value.split(',').map((text) => text.trim());
    if (!texts.every(isAllowed)) throw new Error('list');
    return texts;
  },
  allowed: `${allowed}, with commas between them`,
  fallback: [],
});

function pick(options: { fallback?: unknown; secret?: boolean }) {
  return {
    ...('fallback' in options ? { fallback: options.fallback as never } : {}),
    ...(options.secret ? { secret: true } : {}),
  };
}
