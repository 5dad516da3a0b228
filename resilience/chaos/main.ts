import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fromCaller, readNumber, readWhole, runCommand, say } from '../../testkit/report/command.ts';
import { replaceBlock, updateFile } from '../../testkit/report/document.ts';
import { toMarkdown } from '../../testkit/report/table.ts';
import { summarize, tabulate, tabulateMemory } from './report.ts';
import { runChaos } from './run.ts';

const OUT = 'resilience/out';

const HELP = `\
npm run chaos -- [options]

  --rounds N          how often each part is killed (10)
  --only NAME         only this part is killed and stopped; may be repeated
  --start             the start command itself too, which is then started again
  --faults N          how often each part is stopped for 20 s, the broker is slow, and the disk is full where it can be mounted (1)
  --no-damage         leaves the queues and the broker's data alone, which are deleted at the end otherwise
  --brokers N         nodes of the private RabbitMQ, 1 or 3 (1). Of three each is killed in its turn, and with each round of
                      --faults all are restarted one after the other
  --steady MINUTES    watches the memory of each process for so long under the same load (0)
  --detector NAME     auto, haar or yunet (auto)
  --rate N            frames a second by each of the three routes (6 with yunet, 0.5 with haar: under half of what two cores serve)
  --models FOLDER     where the weights of yunet are; FRAMEWIRE_MODELS says it too
  --docs              writes the table into docs/reliability.md as well
  --help

The exit code is 0 if nothing was lost, shown twice or otherwise unexpected, and the ledger's figures are those of an independent count.
`;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      only: { type: 'string', multiple: true, default: [] },
      start: { type: 'boolean', default: false },
      faults: { type: 'string', default: '1' },
      'no-damage': { type: 'boolean', default: false },
      brokers: { type: 'string', default: '1' },
      steady: { type: 'string', default: '0' },
      detector: { type: 'string', default: 'auto' },
      rate: { type: 'string' },
      models: { type: 'string', default: process.env.FRAMEWIRE_MODELS },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return true;
  }
  const result = await runChaos({
    rounds: readWhole('rounds', values.rounds),
    only: values.only,
    start: values.start,
    faults: readWhole('faults', values.faults),
    damage: !values['no-damage'],
    brokers: values.brokers,
    steady: readWhole('steady', values.steady),
    detector: values.detector,
    rate: values.rate === undefined ? undefined : readNumber('rate', values.rate),
    models: fromCaller(values.models),
    say,
  });

  const tables = (['kill', 'restart', 'fault', 'damage'] as const).map((kind) => tabulate(result.steps, kind));
  const table = [...tables, tabulateMemory(result.memory)]
    .filter(({ rows }) => rows.length > 0)
    .map(toMarkdown)
    .join('\n\n');
  const text = summarize(result);
  mkdirSync(OUT, { recursive: true });
  const block = values.brokers === '1' ? 'chaos' : 'chaos-brokers';
  writeFileSync(`${OUT}/${block}.md`, `${table}\n\n${text}\n`);
  if (values.docs)
    updateFile('docs/reliability.md', (document) =>
      replaceBlock(document, `measured: ${block}`, `${table}\n\n${text}`),
    );
  const { duplicated, unexpected } = result.report;
  const lost = [...result.report.lost, ...result.damage.lost];
  process.stdout.write(`\n${table}\n\n${text}\n\n`);
  for (const line of [
    ...lost.map((id) => `lost: ${id}`),
    ...duplicated.map((id) => `shown twice: ${id}`),
    ...unexpected,
    ...result.ledger.differences,
  ])
    process.stdout.write(`${line}\n`);
  process.stdout.write(`lost ${lost.length}, duplicated ${duplicated.length}, unexpected ${unexpected.length}\n`);
  const { differences } = result.ledger;
  process.stdout.write(`the ledger and the independent count differ in ${differences.length} figures\n`);
  return lost.length + duplicated.length + unexpected.length + differences.length === 0;
}

await runCommand(main);
