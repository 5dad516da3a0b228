import asyncApiSchema from '@asyncapi/specs/schemas/3.0.0-without-$id.json';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { asyncApi, openApi, PARTS } from '../../contract/reference/index.ts';

describe('the description of', () => {
  it.each(PARTS)('$name is valid OpenAPI', async (part) => {
    const result = await new Validator().validate(openApi(part, '0.0.0'));
    expect(result, JSON.stringify(result.errors, null, 1)).toMatchObject({ valid: true });
  });

  it('a field called id keeps it', () => {
    const { components } = openApi(PARTS.find(({ name }) => name === 'results-ws')!, '0.0.0') as {
      components: { schemas: Record<string, { properties: object }> };
    };
    expect(components.schemas.Finding?.properties).toHaveProperty('id');
  });

  it('the messages is valid AsyncAPI', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(asyncApiSchema);
    expect(validate(asyncApi('0.0.0')), JSON.stringify(validate.errors?.slice(0, 3), null, 1)).toBe(true);
  });
});
