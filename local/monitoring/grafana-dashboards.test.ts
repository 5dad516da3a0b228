/** Checks the Grafana dashboards against the types that Grafana publishes. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../prometheus/grafana/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(folder + name, 'utf8'));

/** A board as JSON has it: where the types have an enumeration, JSON has its value. */
const TYPES = `
import type { Dashboard, Panel } from '@grafana/schema';
import type { FieldConfig, Options as SeriesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
type Json<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T : T extends (infer U)[] ? Json<U>[] : { [K in keyof T]: Json<T[K]> };
`;

/** What TypeScript has to say of these values against those types, a line each. */
function check(values: [type: string, value: unknown][]): string[] {
  const at = fileURLToPath(new URL('boards.check.ts', import.meta.url));
  const lines = values.map(([type, value], n) => `export const v${n}: Json<${type}> = ${JSON.stringify(value)};`);
  const text = `${TYPES}${lines.join('\n')}`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => file === at || fileExists(file);
  host.readFile = (file) => (file === at ? text : readFile(file));
  host.getSourceFile = (file, version, ...rest) =>
    file === at ? ts.createSourceFile(file, text, version) : getSourceFile(file, version, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([at], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

interface Panel {
  id: number;
  type: string;
  title: string;
  options: unknown;
  fieldConfig: { defaults: { custom?: unknown } };
  datasource?: { uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
}

/** The source is chosen in Grafana. */
const SOURCE = '$'.concat('{datasource}');
const KINDS: Record<string, string> = { stat: 'StatOptions', timeseries: 'SeriesOptions' };

const isDrawn = ({ type }: Panel) => type !== 'row';

it("are boards by Grafana's own types, each panel by those of its kind", { timeout: 120_000 }, () => {
  const values = files.flatMap((name): [string, unknown][] => {
    const board = read(name);
    const drawn: Panel[] = board.panels.filter(isDrawn);
    return [
      ['Dashboard', { ...board, panels: [] }],
      ...drawn.map((panel): [string, unknown] => ['Panel', panel]),
      ...drawn.map(({ type, options }): [string, unknown] => [KINDS[type] ?? 'never', options]),
      ...drawn
        .filter(({ type }) => type === 'timeseries')
        .map(({ fieldConfig }): [string, unknown] => ['FieldConfig', fieldConfig.defaults.custom]),
    ];
  });
  const wrong = ['StatOptions', { graphMode: 'wavy' }] as [string, unknown];
  // the last one shows that the check has teeth
  expect(check([...values, wrong])).toEqual([expect.stringContaining('"wavy"')]);
});

describe.each(files)('%s', (name) => {
  const panels: Panel[] = read(name).panels;

  it('names no data source of its own, and no panel lies on another', () => {
    expect(new Set(panels.flatMap(({ datasource }) => datasource?.uid ?? []))).toEqual(new Set([SOURCE]));
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

it('they have addresses of their own', () => {
  const uids = files.map((name) => read(name).uid);
  expect(new Set(uids).size).toBe(files.length);
  expect(files).toHaveLength(4);
});
