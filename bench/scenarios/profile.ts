import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { figure } from '../../testkit/report/table.ts';
import { totalCpu } from '../cpu.ts';
import { offer } from '../load.ts';
import { readProfiles } from '../profiles.ts';
import { framewire } from '../targets/framewire.ts';
import type { Scenario } from './scenario.ts';

/** Frames a second: about half of what two cores carry. */
const RATE = { haar: 8, yunet: 60 };
const PARTS = ['detect-faces', 'local', 'rabbitmq', 'results-ws'];
const SHOWN = 8;

/** Where the time of each of our processes goes, by V8's own profiler: what to look at next. */
export const profile: Scenario = {
  name: 'profile',
  async run(bench) {
    const { models, broker, log, quick, pictures, say } = bench;
    const detector = models ? 'yunet' : 'haar';
    const folder = mkdtempSync(join(tmpdir(), 'framewire-bench-profile-'));
    const profiler = pathToFileURL(resolve('bench/dist/profiler.js'));
    profiler.searchParams.set('folder', folder);
    const env = { NODE_OPTIONS: `--import ${profiler}` };
    try {
      const subject = await framewire({ detector, replicas: 2, models, broker, log, env }).start();
      const windowMs = quick ? 8_000 : 20_000;
      const steady = { rate: RATE[detector], warmUpMs: 5_000, windowMs, cameras: 4, live: true };
      const begin = process.hrtime.bigint() / 1000n;
      const { cpu, answers } = await offer(subject, pictures.jpegs, steady).finally(() => subject.stop());
      const window = { from: Number(begin) + 5_000_000, to: Number(begin) + 5_000_000 + windowMs * 1000 };
      say(`${figure((1000 * totalCpu(cpu)) / answers.length)} ms of CPU a frame, the profiler's own included`);
      const profiles = readProfiles(folder, window);
      const rows = PARTS.flatMap((part) => {
        const { places, busy } = profiles.get(part) ?? { places: [], busy: 0 };
        return places
          .slice(0, SHOWN)
          .map(({ place, micros }, i) => [
            i === 0 ? (part === 'local' ? 'gateway' : part === 'rabbitmq' ? 'connector' : part) : '',
            place,
            figure(micros / answers.length),
            figure((100 * micros) / busy),
          ]);
      });
      return {
        sections: [
          {
            title: 'Where the time goes',
            text: `At ${RATE[detector]} frames/s with ${detector}, two replicas and one viewer: the places in which each process spends most, by V8's sampling profiler. A place is a package, a file of Node's own, one of ours, or a call into the kernel; microseconds a frame and percent of the process. Workers that detect are not in it.`,
            how: 'one run',
            table: { head: ['', 'place', 'µs a frame', '%'], rows },
          },
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
