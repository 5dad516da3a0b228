import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contract from './index.ts';

const schemas = Object.entries<unknown>(contract).flatMap(([name, value]) =>
  value instanceof z.ZodType ? [{ name, schema: value }] : [],
);

describe.each(schemas)('the schema $name', ({ schema }) => {
  it('has a name and a description for the generated references', () => {
    expect(schema.meta()).toEqual({ id: expect.stringMatching(/^[A-Z][A-Za-z]+$/), description: expect.any(String) });
  });

  it.each(['input', 'output'] as const)('converts to JSON Schema as %s', (io) => {
    expect(z.toJSONSchema(schema, { io })).toMatchObject({ $schema: expect.any(String) });
  });
});

it('no two schemas have the same name', () => {
  const ids = schemas.map(({ schema }) => schema.meta()?.id);
  expect(ids).toEqual([...new Set(ids)]);
});

it('the values of an enum are described', () => {
  expect(contract.outcome.options).toContain('shed');
  expect(contract.outcome.description).toContain('- `shed`: its source dropped it');
});
