import { readFileSync } from 'node:fs';
import type { Env } from '@framewire/runtime/process';

const REFERENCE = /\$\{([^}]*)\}/g;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Puts passwords into an address: `${NAME}` is a variable of the environment, `${file:/run/secrets/door}` what a file holds. Within an
 * address a value is escaped; one that is the whole address is not.
 * @param files gets the files that it refers to, those that cannot be read too.
 * @throws Error that names what is missing, and no value.
 */
export function resolveReferences(address: string, env: Env, files: Set<string>): string {
  const text = address.trim();
  const isWhole = /^\$\{[^}]*\}$/.test(text);
  return text.replace(REFERENCE, (_, name: string) => {
    if (name.startsWith('file:')) files.add(name.slice('file:'.length));
    const value = valueBehind(name, env);
    return isWhole ? value : encodeURIComponent(value);
  });
}

function valueBehind(name: string, env: Env): string {
  if (name.startsWith('file:')) return contentOf(name.slice('file:'.length));
  if (!VARIABLE.test(name)) throw new Error(`\${${name}} is no reference; allowed: \${NAME} and \${file:/path}`);
  const value = env[name];
  if (!value) throw new Error(`the variable ${name} is not set`);
  return value;
}

function contentOf(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Error(`the file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  if (!text) throw new Error(`the file ${path} is empty`);
  return text;
}
