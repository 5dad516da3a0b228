import type { z } from 'zod';

/** A value in the path, the query or a header of a request. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description: string;
  required?: boolean;
  schema: Record<string, unknown>;
}

export interface Answer {
  status: number;
  description: string;
  /** JSON unless `type` says otherwise; absent for an empty or a free body. */
  schema?: z.ZodType;
  type?: string;
}

/** One refusal: the `code` is for programs, the status for HTTP. */
export interface Refusal {
  status: number;
  codes: string[];
  description: string;
}

/** One thing that can be asked of a part over HTTP. */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/api/frames/{frame_id}`. */
  path: string;
  summary: string;
  description?: string;
  parameters?: Parameter[];
  body?: { description: string; schema?: z.ZodType; types: string[] };
  answers: Answer[];
  refusals?: Refusal[];
}

/** The parts that speak HTTP. */
export const PART_NAMES = [
  'ingest-frame',
  'detect-faces',
  'results-ws',
  'camera connector',
  'RabbitMQ connector',
] as const;

export interface Part {
  name: (typeof PART_NAMES)[number];
  description: string;
  operations: Operation[];
  /** Refusals of every operation. */
  refusals: Refusal[];
}

export const text = { type: 'string' };
export const integer = (minimum: number, maximum: number, fallback?: number) => ({
  type: 'integer',
  minimum,
  maximum,
  ...(fallback !== undefined && { default: fallback }),
});
export const query = (name: string, description: string, schema: Record<string, unknown> = text): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});
export const inPath = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: text,
});
