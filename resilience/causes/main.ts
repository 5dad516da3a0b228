import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fromCaller, readNumber, readWhole, runCommand, say } from '../../testkit/report/command.ts';
import { replaceBlock, updateFile } from '../../testkit/report/document.ts';
import { toMarkdown } from '../../testkit/report/table.ts';
import { CASES } from './cases.ts';
import { describeHealthy, describeLoad, isOneOfCpu, tabulate } from './report.ts';
import { measureCauses, watch } from './run.ts';

const OUT = 'resilience/out';

const HELP = `\
npm run causes -- [options]

  --only NAME         one of: ${CASES.map(({ name }) => name).join(', ')}; may be repeated
  --healthy MINUTES   makes none, and lists what the diagnosis finds all the same
  --load N            so many programs that compute nothing run beside it all the while (0)
  --steady MINUTES    makes no cause but the load, and lists each incident: 10 with --load 60 is to be one, CPU
  --rate N            frames a second by all cameras together (20)
  --detector NAME     auto, haar or yunet (auto)
  --models FOLDER     where the weights of yunet are; FRAMEWIRE_MODELS says it too
  --docs              writes the table into docs/reliability.md as well
  --help

The exit code is 0 if each cause was named within 15 s and cleared within 30 s, with --healthy if
nothing was found, and with --steady if there was one incident, CPU. Beside a load it is 30 s and 60 s.
`;
const NAMED_S = 15;
const CLEARED_S = 30;
/** Beside a load everything takes longer, an answer to what is asked too. */
const PATIENCE = 2;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      healthy: { type: 'string' },
      steady: { type: 'string' },
      load: { type: 'string', default: '0' },
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
  const load = readWhole('load', values.load);
  const rate = readNumber('rate', values.rate);
  const options = { only: values.only, detector: values.detector, models, rate, load, say };
  mkdirSync(OUT, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(`${OUT}/${name}.md`, `${text}\n`);
    if (values.docs) updateFile('docs/reliability.md', (document) => replaceBlock(document, `measured: ${name}`, text));
    process.stdout.write(`\n${text}\n`);
  };

  if (values.healthy !== undefined) {
    const minutes = readNumber('healthy', values.healthy);
    const alarms = await watch({ ...options, load: 0 }, minutes);
    write('healthy', describeHealthy(alarms, minutes));
    return alarms.length === 0;
  }
  if (values.steady !== undefined) {
    const minutes = readNumber('steady', values.steady);
    const incidents = await watch(options, minutes);
    write('causes-steady', describeLoad(incidents, load, minutes));
    return isOneOfCpu(incidents);
  }
  const seen = await measureCauses(options);
  write(load > 0 ? 'causes-load' : 'causes', toMarkdown(tabulate(seen)));
  const longer = load > 0 ? PATIENCE : 1;
  const isInTime = (seconds: number | undefined, limit: number) => seconds !== undefined && seconds <= limit * longer;
  const missed = seen.filter(({ named, cleared }) => !(isInTime(named, NAMED_S) && isInTime(cleared, CLEARED_S)));
  for (const { case: one } of missed)
    process.stdout.write(
      `not named within ${NAMED_S * longer} s or not cleared within ${CLEARED_S * longer} s: ${one.name}\n`,
    );
  process.stdout.write(`${seen.length - missed.length} of ${seen.length} causes named in time\n`);
  return missed.length === 0;
}

await runCommand(main);
