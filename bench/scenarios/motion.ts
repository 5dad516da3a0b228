import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { readPhotographs } from '../../testkit/frames/photographs.ts';
import { drawScenes } from '../../testkit/frames/scene.ts';
import { spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { type CpuTimes, totalCpu } from '../../testkit/system/cpu.ts';
import { APPEARANCES, FPS, type Props, SECONDS, WEATHER } from '../motion/film.ts';
import { type Judgement, judgeFilm } from '../motion/judge.ts';
import { CAMERAS, measureSystem, RATE, type WholeSystem } from '../motion/whole-system.ts';
import type { Bench, Scenario, Section } from './scenario.ts';

/** What the motion gate saves, what it misses, and what it costs. */
export const motion: Scenario = {
  name: 'motion',
  standsAlone: true,
  async run(bench) {
    const rows: string[][] = [];
    for (const { name, props } of await listProps()) {
      for (const weather of bench.quick ? WEATHER.slice(0, 2) : WEATHER) {
        const found = await judgeFilm(props, weather, bench.log);
        rows.push(toRow(`${name}, ${weather.name}`, found));
        bench.say(rows.at(-1)!.join(', '));
      }
    }
    return [reportFilms(rows), reportSystem(await measureSystem(bench), bench)];
  },
};

/** A drawn room in which a drawn person appears, and a photograph in which a person of another one does. */
async function listProps(): Promise<{ name: string; props: Props }[]> {
  const [room, visitor] = await drawScenes(2);
  const drawn = {
    name: 'drawn',
    props: await cut(Buffer.from(room!.jpeg), Buffer.from(visitor!.jpeg), visitor!.faces[0]!),
  };
  const folder = process.env.FRAMEWIRE_IMAGES;
  if (!folder || !existsSync(join(folder, 'training.xml'))) return [drawn];
  const photographs = readPhotographs(folder);
  const [place] = photographs;
  const other = photographs.findLast(({ faces }) => faces.length > 0)!;
  return [drawn, { name: 'photograph', props: await cut(place!.jpeg, other.jpeg, other.faces[0]!) }];
}

/** The thing is a head with shoulders. */
async function cut(place: Buffer, of: Buffer, face: { x: number; y: number; w: number; h: number }): Promise<Props> {
  const { width, height } = await sharp(of).metadata();
  const left = Math.max(0, Math.round(face.x - 0.4 * face.w));
  const top = Math.max(0, Math.round(face.y - 0.4 * face.h));
  const size = { width: Math.round(1.8 * face.w), height: Math.round(2.4 * face.h) };
  const extract = {
    left,
    top,
    width: Math.min(size.width, width - left),
    height: Math.min(size.height, height - top),
  };
  return { place, thing: await sharp(of).extract(extract).toBuffer() };
}

const percent = (part: number, whole: number) => figure((100 * part) / whole);

const toRow = (name: string, { frames, still, empty, appearances, missed, latest, cpuMs }: Judgement): string[] => [
  name,
  percent(still, frames),
  percent(empty.still, empty.frames),
  `${missed} of ${appearances}`,
  figure(latest),
  figure(cpuMs),
];

function reportFilms(rows: string[][]): Section {
  return {
    title: 'Motion gate: frames saved and appearances missed',
    text: `Films of ${SECONDS} s, ${FPS} frames/s, VGA, in which something appears ${APPEARANCES.length} times: near, for 0.6 s, far away (an eighth of the height), and one that stands still for 7 s. Default settings. Missed: no frame of it was detected within 0.5 s. The frames that are empty cannot all be saved: the gate stays open for 3 s after motion, and longer where a thing stood: what it covered is part of the background only some seconds later. CPU of the gate is for each frame of the camera, those that it does not look at too.`,
    how: 'one film each',
    table: {
      head: ['film', 'frames saved %', 'of the empty ones %', 'missed', 'detected after s', 'CPU ms a frame'],
      rows,
    },
  };
}

function reportSystem({ on, off }: WholeSystem, { models }: Bench): Section {
  const names = [...new Set(off.flatMap((times) => Object.keys(times)))];
  const of = (all: CpuTimes[], name: string) => spread(all.map((times) => times[name] ?? 0));
  const total = (all: CpuTimes[]) => spread(all.map(totalCpu));
  const rows = names
    .filter((name) => Math.max(of(on, name).median, of(off, name).median) >= 0.005)
    .map((name) => [name, withSpread(of(off, name)), withSpread(of(on, name))]);
  const sum = ['all', withSpread(total(off)), withSpread(total(on))];
  return {
    title: 'Motion gate: CPU of the whole system',
    text: `${CAMERAS} cameras over HTTP, ${RATE} frames/s each, in front of which nothing moves but the grain of a sensor. Detector ${models ? 'yunet' : 'haar'}, no viewer. The gate is off and on by turns in one run. CPUs in use, by part.`,
    table: { head: ['', 'gate off', 'gate on'], rows: [...rows, sum] },
  };
}
