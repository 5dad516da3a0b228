import { mkdirSync, writeFileSync } from 'node:fs';
import { runLoadStep } from '../scale/load-step.ts';
import { reportLoadStep } from '../scale/report.ts';
import { isGiven, SLEEPER, startTarget, type Target, useTarget } from '../scale/target.ts';
import type { Bench, Scenario, Section } from './scenario.ts';

/** A load step through the whole loop: Prometheus, Alertmanager, the gateway, replicas, and back. */
export const scale: Scenario = {
  name: 'scale',
  standsAlone: true,
  async run(bench) {
    const { models } = bench;
    if (isGiven()) return [await measure(bench, await useTarget())];
    const sections: Section[] = [];
    for (const stack of [SLEEPER, undefined]) sections.push(await measure(bench, await startTarget({ models, stack })));
    return sections;
  },
};

async function measure({ quick, frames, log, say, step: asked }: Bench, target: Target): Promise<Section> {
  try {
    const step = await runLoadStep(target, { quick, ...asked, jpegs: frames.jpegs, log, say });
    const section = reportLoadStep(step);
    mkdirSync('bench/out', { recursive: true });
    writeFileSync(`bench/out/${section.plot!.name.replace('.svg', '.json')}`, JSON.stringify(step));
    return section;
  } finally {
    await target.stop();
  }
}
