import { z } from 'zod';

/**
 * An enum of the keys of `values`, each with what it means. JSON Schema has no place for the description of a single value, so they
 * become a list in the description of the whole.
 * @param id its name in the generated references.
 */
export function describedEnum<K extends string>(id: string, about: string, values: Record<K, string>) {
  const names = Object.keys(values) as K[];
  const lines = names.map((name) => `- \`${name}\`: ${values[name]}`);
  return z.enum(names).meta({ id, description: [about, ...lines].join('\n') });
}
