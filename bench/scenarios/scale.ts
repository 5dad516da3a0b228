import { mkdirSync, writeFileSync } from 'node:fs';
import { runLoadStep } from './scale/load-step.ts';
import { reportLoadStep } from './scale/report.ts';
import { openTarget } from './scale/target.ts';
import type { Scenario } from './scenario.ts';

/** Replicas that may be run: as many as the community edition of OpenFaaS runs. */
const MAX = 5;

/** A load step through the whole loop: Prometheus, Alertmanager, the gateway, replicas, and back. */
export const scale: Scenario = {
  name: 'scale',
  standsAlone: true,
  async run({ quick, models, pictures, log, say, step: asked }) {
    const target = await openTarget({ models, max: MAX });
    try {
      const step = await runLoadStep(target, { quick, ...asked, jpegs: pictures.jpegs, log, say });
      const section = reportLoadStep(step);
      mkdirSync('bench/out', { recursive: true });
      writeFileSync(`bench/out/${section.plot!.name.replace('.svg', '.json')}`, JSON.stringify(step));
      return { sections: [section] };
    } finally {
      await target.stop();
    }
  },
};
