import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { replaceBlock, updateFile } from '../document.ts';
import { fromCaller, say } from '../progress.ts';
import { toMarkdown } from '../table.ts';
import { CASES } from './cases.ts';
import { tabulate, tellHealthy } from './report.ts';
import { measureCauses, watchHealthy } from './run.ts';

const OUT = 'bench/out';

const HELP = `\
npm run causes -- [options]

  --only NAME         one of: ${CASES.map(({ name }) => name).join(', ')}; may be repeated
  --healthy MINUTES   makes none, and lists what the verdict finds all the same
  --rate N            frames a second by all cameras together (20)
  --detector NAME     auto, haar or yunet (auto)
  --models FOLDER     where the weights of yunet are; FRAMEWIRE_MODELS says it too
  --docs              writes the table into docs/reliability.md as well
  --help

The exit code is 0 if each cause was named within 15 s and gone within 30 s, and with --healthy if nothing was found.
`;
const NAMED_S = 15;
const GONE_S = 30;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      healthy: { type: 'string' },
      rate: { type: 'string', default: '20' },
      detector: { type: 'string', default: 'auto' },
      models: { type: 'string', default: process.env.FRAMEWIRE_MODELS },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return true;
  }
  const models = fromCaller(values.models);
  const options = { only: values.only, detector: values.detector, models, rate: readNumber('rate', values.rate), say };
  mkdirSync(OUT, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(`${OUT}/${name}.md`, `${text}\n`);
    if (values.docs) updateFile('docs/reliability.md', (document) => replaceBlock(document, name, text));
    process.stdout.write(`\n${text}\n`);
  };

  if (values.healthy !== undefined) {
    const minutes = readNumber('healthy', values.healthy);
    const alarms = await watchHealthy(options, minutes);
    write('healthy', tellHealthy(alarms, minutes));
    return alarms.length === 0;
  }
  const seen = await measureCauses(options);
  write('causes', toMarkdown(tabulate(seen)));
  const missed = seen.filter(({ named, cleared }) => !((named ?? 99) <= NAMED_S && (cleared ?? 99) <= GONE_S));
  for (const { case: one } of missed)
    process.stdout.write(`not named within ${NAMED_S} s or not gone within ${GONE_S} s: ${one.name}\n`);
  process.stdout.write(`${seen.length - missed.length} of ${seen.length} causes named in time\n`);
  return missed.length === 0;
}

function readNumber(name: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`--${name} ${text}: allowed: a number above 0`);
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  process.stderr.write(`framewire: ${(error as Error).message}\n`);
  process.exit(1);
}
