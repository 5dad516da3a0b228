import { errorBody } from '../index.ts';
import type { Answer, Operation, Part, Refusal } from './operation.ts';
import { createSchemas, type Json, type Schemas, toJson } from './schemas.ts';

type ErrorJson = Json & { properties: Json };

/** One part's HTTP interface as OpenAPI 3.1, whose schemas are those that the code reads and writes with. */
export function openApi(part: Part, version: string): Record<string, unknown> {
  const schemas = createSchemas();
  const error = toJson(errorBody, 'output') as ErrorJson;
  const paths: Record<string, Json> = {};
  for (const operation of part.operations) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method] = describe(operation, part, schemas, error);
  }
  return {
    openapi: '3.1.0',
    info: { title: `framewire: ${part.name}`, version, description: part.description },
    paths,
    components: { schemas: schemas.components() },
  };
}

function describe(operation: Operation, part: Part, schemas: Schemas, error: ErrorJson) {
  const { summary, description, parameters, body, answers, refusals = [] } = operation;
  const responses: Record<string, unknown> = {};
  for (const answer of answers) responses[answer.status] = succeed(answer, schemas);
  for (const [status, of] of byStatus([...refusals, ...part.refusals])) responses[status] ??= refuse(of, error);
  return {
    operationId: `${operation.method}${operation.path.replace(/[^a-z0-9]+(.)?/gi, (_, next = '') => next.toUpperCase())}`,
    summary,
    ...(description && { description }),
    ...(parameters && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        description: body.description,
        content: Object.fromEntries(
          body.types.map((type) => [type, body.schema ? { schema: schemas.describe(body.schema, 'input') } : {}]),
        ),
      },
    }),
    responses,
  };
}

function succeed({ description, schema, type = schema && 'application/json' }: Answer, schemas: Schemas) {
  const content = type && { content: { [type]: schema ? { schema: schemas.describe(schema, 'output') } : {} } };
  return { description, ...content };
}

function refuse(refusals: Refusal[], { type, required, properties }: ErrorJson) {
  const description = refusals
    .map(({ codes, description }) => `${codes.map((code) => `\`${code}\``).join(', ')}: ${description}`)
    .join('\n\n');
  const codes = [...new Set(refusals.flatMap(({ codes }) => codes))];
  return {
    description,
    content: {
      'application/json': { schema: { type, required, properties: { ...properties, code: { enum: codes } } } },
    },
  };
}

function byStatus(refusals: Refusal[]): Map<number, Refusal[]> {
  const found = new Map<number, Refusal[]>();
  for (const refusal of refusals) found.set(refusal.status, [...(found.get(refusal.status) ?? []), refusal]);
  return found;
}
