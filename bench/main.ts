import { mkdirSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { makeSampleFrames } from '../testkit/frames/sample-frames.ts';
import { fromCaller, readNumber, readWhole, runCommand, say } from '../testkit/report/command.ts';
import { writeReport } from '../testkit/report/document.ts';
import { toMarkdown } from '../testkit/report/table.ts';
import { startBroker } from './broker.ts';
import { TARGET_HELP } from './scale/target.ts';
import { cameras } from './scenarios/cameras.ts';
import { endToEnd } from './scenarios/end-to-end.ts';
import { faces } from './scenarios/faces.ts';
import { fanOut } from './scenarios/fan-out.ts';
import { motion } from './scenarios/motion.ts';
import { overload } from './scenarios/overload.ts';
import { scale } from './scenarios/scale.ts';
import type { Bench, Scenario, Section } from './scenarios/scenario.ts';
import { sightings } from './scenarios/sightings.ts';
import { tracks } from './scenarios/tracks.ts';
import { preparePython, versionsOf } from './targets/python.ts';

const SCENARIOS: Scenario[] = [endToEnd, faces, overload, cameras, fanOut, motion, scale, sightings, tracks];
/** Left out of a quick run unless asked for. */
const LONG = [faces, overload, motion, scale];
const OUT = 'bench/out';

const HELP = `\
npm run bench -- [options] [scenario...]

  scenario            ${SCENARIOS.map(({ name }) => name).join(', ')}; all of them unless said otherwise
  --quick             one round of short windows: under 3 minutes; scale alone takes as long again
  --rounds N          rounds of each measurement (3)
  --only TEXT         of end-to-end, the targets with this in their name
  --beside FOLDER     of end-to-end, an earlier checkout of framewire too (git worktree add FOLDER COMMIT; npm ci there)
  --models FOLDER     where the weights of yunet are; FRAMEWIRE_MODELS says it too
  --docs              writes tables and plots into docs/ as well
  --help

The load step of scale, where not what suits the detector:
  --fps N             frames a second of each camera
  --cameras N         cameras at its height
  --high SECONDS      how long it lasts (600; 45 with --quick)
${TARGET_HELP}
FRAMEWIRE_IMAGES names a folder of photographs to use instead of drawn scenes; end-to-end uses both.
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      beside: { type: 'string' },
      models: { type: 'string', default: process.env.FRAMEWIRE_MODELS },
      docs: { type: 'boolean', default: false },
      fps: { type: 'string' },
      cameras: { type: 'string' },
      high: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const rounds = readWhole('rounds', values.rounds ?? (values.quick ? '1' : '3'), 1);
  const number = (option: 'fps' | 'cameras' | 'high') =>
    values[option] === undefined ? undefined : readNumber(option, values[option]);
  const chosen = choose(positionals, values.quick);
  const models = fromCaller(values.models);
  if (!models) say('without yunet: neither --models nor FRAMEWIRE_MODELS names a folder with weights');

  const [busy = 0] = loadavg();
  const standsAlone = chosen.every(({ standsAlone }) => standsAlone);
  const python = standsAlone ? undefined : findPython();
  const frames = await makeSampleFrames(process.env.FRAMEWIRE_IMAGES);
  say(frames.what);
  const broker = standsAlone ? undefined : await startBroker();
  const stop = async () => broker?.stop();
  process.once('SIGINT', () => void stop().then(() => process.exit(130)));
  const sections: Section[] = [];
  try {
    const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
    for (const scenario of chosen) {
      say(`${scenario.name}:`);
      const bench = {
        quick: values.quick,
        rounds,
        frames,
        models,
        broker: broker as Bench['broker'], // none for those that stand alone
        python: python?.path,
        beside: fromCaller(values.beside),
        only: values.only,
        step: { fps: number('fps'), cameras: number('cameras'), high: number('high') },
        log,
        say,
      };
      sections.push(...(await scenario.run(bench)));
    }
  } finally {
    await stop();
  }
  for (const { title, table } of sections) process.stdout.write(`\n${title}\n\n${toMarkdown(table)}\n`);
  const about = [
    `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB of memory, Node ${process.versions.node}`,
    frames.what,
    ...(python ? [`${python.versions} in the Python worker`] : []),
    `load average of everything else when it began ${busy.toFixed(1)}`,
  ].join('; ');
  const how = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}${values.quick ? ' of short windows' : ''}`;
  mkdirSync(OUT, { recursive: true });
  writeReport({ folder: OUT, about, how, sections });
  say(`tables and plots are in ${join(OUT, 'benchmarks.md')}`);
  if (values.docs) writeReport({ folder: 'docs', about, how, sections });
}

/** @param names of scenarios; all where none is named. */
function choose(names: string[], quick: boolean): Scenario[] {
  const unknown = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown) throw new Error(`${unknown}: allowed: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  if (names.length) return SCENARIOS.filter(({ name }) => names.includes(name));
  return SCENARIOS.filter((scenario) => !(quick && LONG.includes(scenario)));
}

function findPython(): { path: string; versions: string } | undefined {
  try {
    const path = preparePython(say);
    return { path, versions: versionsOf(path) };
  } catch (error) {
    say(`without the Python worker: ${(error as Error).message}`);
    return undefined;
  }
}

await runCommand(main);
