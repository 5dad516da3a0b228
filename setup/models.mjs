/**
 * `npm run models`: brings the weights of YuNet to where `npm start` looks for them.
 * Needs nothing but Node: not even the npm packages.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { download, Refused, save } from './models/download.mjs';
import { addressOf, isThere, MODELS, ORIGIN } from './models/weights.mjs';

const HELP = `\
npm run models -- [options] [file...]

  file            ${MODELS.map(({ file }) => file).join(', ')}; the first by default
  --all           all of them
  --from FOLDER   takes them from a folder instead of downloading them
  --to FOLDER     where they go (./data/models, where npm start looks)
  --mirror URL    a folder to download from instead of ${ORIGIN}
  --help

The environment variable FRAMEWIRE_MODELS_MIRROR does the same as --mirror. Files that are there already are kept.
A file is accepted only with the sha256 that is pinned in setup/models/weights.mjs.
`;

const say = (line) => process.stdout.write(`framewire: ${line}\n`);
const folder = process.env.INIT_CWD ?? process.cwd();

try {
  await main(readOptions());
} catch (error) {
  const way =
    error instanceof Refused
      ? ''
      : '; npm run models -- --from FOLDER takes them from a folder, --mirror URL from elsewhere';
  process.stderr.write(`framewire: ${error.message}${way}\n`);
  process.exitCode = 1;
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      from: { type: 'string' },
      to: { type: 'string' },
      mirror: { type: 'string', default: process.env.FRAMEWIRE_MODELS_MIRROR },
      help: { type: 'boolean' },
    },
  });
  const unknown = positionals.find((name) => !MODELS.some(({ file }) => file === name));
  if (unknown) throw new Refused(`${unknown}: allowed: ${MODELS.map(({ file }) => file).join(', ')}`);
  const named = MODELS.filter(({ file }) => positionals.includes(file));
  return {
    help: values.help,
    models: values.all ? MODELS : named.length ? named : MODELS.slice(0, 1),
    from: values.from && resolve(folder, values.from),
    to: resolve(folder, values.to ?? 'data/models'),
    mirror: values.mirror,
  };
}

async function main({ help, models, from, to, mirror }) {
  if (help) return void process.stdout.write(HELP);
  for (const model of models) {
    const target = join(to, model.file);
    if (isThere(target, model)) say(`${target} is there already`);
    else if (from) copy(join(from, model.file), target, model);
    else await fetchModel(addressOf(model, mirror), target, model);
  }
}

function copy(source, target, model) {
  if (!existsSync(source)) throw new Refused(`${source} is not there`);
  save(readFileSync(source), target, model.sha256, source);
  say(`${target} is there, from ${source}`);
}

async function fetchModel(url, target, model) {
  say(`downloading ${url}`);
  await download(url, target, {
    ...model,
    progress: createProgress(model.bytes),
    retry: ({ message }) => say(`${message}; trying again`),
  });
  say(`${target} is there, with the sha256 that was pinned`);
}

/** Each quarter a line, however many small pieces it comes in. */
function createProgress(bytes) {
  let reported = 0;
  return (have) => {
    const quarters = Math.floor((4 * have) / bytes);
    if (quarters > reported) say(`${quarters * 25} % of ${bytes} bytes`);
    reported = Math.max(reported, quarters);
  };
}
