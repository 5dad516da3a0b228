/** Loaded before a part's own program (`--import FILE?folder=FOLDER`): V8's profiler from its start, written to that folder at its end. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

const folder = new URL(import.meta.url).searchParams.get('folder');
const INTERVAL_US = 500;

if (folder && /\/dist\/(gateway\/)?main\.js$/.test(process.argv[1] ?? '')) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
  session.post('Profiler.start');
  // a session within its own process answers at once
  process.on('exit', () =>
    session.post('Profiler.stop', (_, { profile }) =>
      writeFileSync(join(folder, `${process.pid}.cpuprofile`), JSON.stringify(profile)),
    ),
  );
}
