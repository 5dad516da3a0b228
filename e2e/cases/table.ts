import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { ARTIFACTS } from '../../testkit/system/paths.ts';

/** Prints each case with what is right and what was seen, and leaves the same as a table in Markdown. */
export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => {
        const { right = '', seen = '' } = test.meta();
        const result = test.result().state;
        return { kind: test.parent.type === 'suite' ? test.parent.name : '', name: test.name, right, seen, result };
      }),
    );
    const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 220);
    const lines = rows.map(({ kind, name, right, seen, result }) =>
      [cell(kind), cell(name), cell(right), cell(seen), result === 'passed' ? 'right' : result].join(' | '),
    );
    const table = [
      '| kind | case | right | seen | |',
      '|---|---|---|---|---|',
      ...lines.map((line) => `| ${line} |`),
      '',
    ];
    mkdirSync(ARTIFACTS, { recursive: true });
    writeFileSync(join(ARTIFACTS, 'cases.md'), table.join('\n'));
    process.stdout.write(`\n${table.join('\n')}`);
  }
}
