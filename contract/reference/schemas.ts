import { z } from 'zod';

export type Json = Record<string, unknown>;

/** The schemas of one description. Those that have an id stand once among its components. */
export interface Schemas {
  /** @param io `input` for what is read, `output` for what is written: a field with a default is optional only in the first. */
  describe(schema: z.ZodType, io: 'input' | 'output'): Json;
  components(): Record<string, Json>;
}

const REFERENCE = '#/components/schemas/';

/** Schemas as OpenAPI 3.1 and AsyncAPI 3.0 hold them. */
export function createSchemas(): Schemas {
  const components: Record<string, Json> = {};

  return {
    describe(schema, io) {
      const { $schema, $defs, ...json } = toJson(schema, io) as Json & { $defs?: Record<string, Json> };
      const names = new Map(Object.keys($defs ?? {}).map((id) => [id, nameOf(id, $defs![id]!, components)]));
      const moved = (part: unknown): unknown => {
        if (Array.isArray(part)) return part.map(moved);
        if (typeof part !== 'object' || part === null) return part;
        return Object.fromEntries(
          Object.entries(part)
            .filter(([key, value]) => key !== 'id' || typeof value !== 'string')
            .map(([key, value]) => [
              key,
              key === '$ref' && typeof value === 'string'
                ? `${REFERENCE}${names.get(value.split('/').at(-1)!)}`
                : moved(value),
            ]),
        );
      };
      for (const [id, definition] of Object.entries($defs ?? {}))
        components[names.get(id)!] = moved(definition) as Json;
      return moved(json) as Json;
    },
    components: () => components,
  };
}

/** An id that already stands for another form of the same schema gets a name of its own. */
function nameOf(id: string, definition: Json, components: Record<string, Json>): string {
  const known = components[id];
  if (!known || JSON.stringify(known.required) === JSON.stringify(definition.required)) return id;
  return `${id}Input`;
}

/** Transforms and refinements have no JSON Schema: what they take stands for them. */
export const toJson = (schema: z.ZodType, io: 'input' | 'output'): Json =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
