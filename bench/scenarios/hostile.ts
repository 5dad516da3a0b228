import { checkPicture } from '../../functions/detect-faces/jpeg/picture.ts';
import { drawSources, type Hostile, makeHostile } from '../../functions/detect-faces/testing/hostile.ts';
import { percentile } from '../../testkit/report/statistics.ts';
import { figure } from '../../testkit/report/table.ts';
import { forkPart } from '../forked.ts';
import type { Scenario } from './scenario.ts';

const MAX_BYTES = 8_000_000;
const MAX_PIXELS = 50_000_000;

/** Pictures that are made to do harm and say so in what stands before their pixels: how soon each is refused. */
export const hostile: Scenario = {
  name: 'hostile',
  standsAlone: true,
  async run({ models = '', quick, say }) {
    const pictures = makeHostile(await drawSources(), MAX_BYTES).filter(({ jpeg }) => isRefused(jpeg));
    const env = { MODELS: models, MAX_BYTES: `${MAX_BYTES}`, MAX_PIXELS: `${MAX_PIXELS}` };
    const server = await forkPart('functions/detect-faces/dist/main.js', env);
    try {
      const rows: { name: string; answer: string; took: number[] }[] = [];
      for (const picture of pictures) rows.push(await post(server.url, picture, quick ? 5 : 20));
      const all = rows.flatMap(({ took }) => took);
      say(
        `${pictures.length} pictures: p99 ${figure(percentile(all, 0.99))} ms, the slowest ${figure(Math.max(...all))} ms`,
      );
      rows.sort((a, b) => Math.max(...b.took) - Math.max(...a.took));
      return {
        sections: [
          {
            title: 'Hostile pictures refused',
            text: `${pictures.length} pictures that are made to do harm, and that can be told by what stands before and between their pixels: bombs by claimed size, by scans, by segments, cut off, of other formats. Each is posted ${rows[0]?.took.length} times to a replica of detect-faces, one after the other. Milliseconds from the first byte sent to the answer; the bytes' own way is in it (the largest has 8 MB). Of all, p50 ${figure(percentile(all, 0.5))}, p99 ${figure(percentile(all, 0.99))}, the slowest ${figure(Math.max(...all))} ms; the ten that took longest:`,
            how: 'one run',
            table: {
              head: ['', 'answer', 'median ms', 'slowest ms'],
              rows: rows
                .slice(0, 10)
                .map(({ name, answer, took }) => [
                  name,
                  answer,
                  figure(percentile(took, 0.5)),
                  figure(Math.max(...took)),
                ]),
            },
          },
        ],
      };
    } finally {
      await server.stop();
    }
  },
};

function isRefused(jpeg: Uint8Array): boolean {
  try {
    checkPicture(jpeg, MAX_PIXELS);
    return false;
  } catch {
    return true;
  }
}

async function post(url: string, { name, jpeg }: Hostile, times: number) {
  const took: number[] = [];
  let answer = '';
  for (let i = 0; i < times; i++) {
    const begin = performance.now();
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(jpeg) });
    const { code = 'detected' } = (await response.json()) as { code?: string };
    took.push(performance.now() - begin);
    answer = `${response.status} ${code}`;
  }
  return { name, answer, took };
}
