import type { Operation, Part, Refusal } from '../../contract/reference/operation.ts';
import { PROBES } from '../../contract/reference/probes.ts';
import { table } from './markdown.ts';

/** One part's operations, their parameters, and what they refuse. */
export function httpSection(part: Part): string {
  const operations = part.operations.filter((operation) => !PROBES.includes(operation));
  const parameters = parametersOf(operations);
  return [
    table(['operation', 'status', 'meaning'], operations.map(row)),
    ...(parameters.length > 0 ? [table(['path', 'parameter', 'allowed', 'meaning'], parameters)] : []),
    table(['status', 'code', 'at', 'meaning'], refusals(part, operations)),
  ].join('\n\n');
}

/** A parameter that several paths take has one row. */
function parametersOf(operations: Operation[]): string[][] {
  const rows = new Map<string, { at: Set<string>; cells: string[] }>();
  for (const { path, parameters = [] } of operations)
    for (const { in: place, name, schema, description } of parameters) {
      const cells = [place === 'query' ? `\`${name}\`` : `${place} \`${name}\``, describe(schema), description];
      const row = rows.get(cells.join()) ?? { at: new Set(), cells };
      row.at.add(`\`${path}\``);
      rows.set(cells.join(), row);
    }
  return [...rows.values()].map(({ at, cells }) => [[...at].join(', '), ...cells]);
}

const row = ({ method, path, summary, description, answers }: Operation): string[] => [
  `\`${method.toUpperCase()} ${path}\``,
  answers.map(({ status }) => status).join(', '),
  [`${summary}.`, description].filter(Boolean).join(' '),
];

function refusals(part: Part, operations: Operation[]): string[][] {
  const rows = new Map<string, { refusal: Refusal; at: string[] }>();
  const add = (refusal: Refusal, at: string) => {
    const key = JSON.stringify(refusal);
    rows.set(key, { refusal, at: [...(rows.get(key)?.at ?? []), at] });
  };
  for (const { refusals = [], path } of operations) for (const refusal of refusals) add(refusal, `\`${path}\``);
  for (const refusal of part.refusals) add(refusal, 'any');
  return [...rows.values()]
    .sort((a, b) => a.refusal.status - b.refusal.status)
    .map(({ refusal: { status, codes, description }, at }) => [
      String(status),
      codes.map((code) => `\`${code}\``).join(', '),
      operations.length > 1 ? (at.length > 4 ? 'any' : [...new Set(at)].join(', ')) : '',
      description,
    ]);
}

function describe(schema: Record<string, unknown>): string {
  const {
    enum: values,
    minimum,
    maximum,
    default: fallback,
  } = schema as {
    enum?: string[];
    minimum?: number;
    maximum?: number;
    default?: unknown;
  };
  const range =
    minimum !== undefined && maximum !== undefined
      ? `${minimum} to ${maximum}`
      : minimum !== undefined
        ? `from ${minimum}`
        : '';
  const allowed = values ? values.map((value) => `\`${value}\``).join(', ') : range;
  return [allowed, fallback !== undefined && `\`${fallback}\` unless given`].filter(Boolean).join('; ');
}
