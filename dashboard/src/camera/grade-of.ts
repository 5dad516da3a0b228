import { isAbout } from '../diagnosis/findings.ts';
import type { Dashboard } from '../state/dashboard.svelte.ts';
import type { CameraState } from './camera-state.ts';
import { type Grade, grade } from './grade.ts';

const HOUR = 3600;

/** The grade of a camera by all that is known of it now. */
export function gradeOf(dashboard: Dashboard, id: string, state: CameraState): Grade {
  const { clock, incidents, diagnosis, slo, timings } = dashboard;
  const isOwn = ({ camera_id }: { camera_id?: string }) => camera_id === id;
  const since = clock.tick / 1000 - HOUR;
  return grade({
    state,
    share: timings.value?.shares.find(isOwn),
    slo: slo.value?.cameras.find(isOwn),
    target: slo.value?.target ?? 0,
    objective: slo.value?.objective ?? 0,
    findings: diagnosis.value?.findings.filter((finding) => isAbout(id, finding)) ?? [],
    losses:
      incidents.value?.incidents.filter(
        (one) => one.type === 'camera' && isOwn(one) && one.state === 'offline' && one.at > since,
      ).length ?? 0,
  });
}
