import { isAbout } from '../diagnosis/findings.ts';
import type { Dashboard } from '../state/dashboard.svelte.ts';
import type { TileState } from './camera-state.ts';
import { type Grade, grade } from './grade.ts';

const HOUR = 3600;

/** The grade of a camera by all that is known of it now. */
export function gradeOf(dashboard: Dashboard, id: string, state: TileState): Grade {
  const { clock, events, found, objective, way } = dashboard;
  const isOwn = ({ camera_id }: { camera_id?: string }) => camera_id === id;
  const since = clock.tick / 1000 - HOUR;
  return grade({
    state,
    share: way.value?.shares.find(isOwn),
    objective: objective.value?.cameras.find(isOwn),
    target: objective.value?.target ?? 0,
    goal: objective.value?.goal ?? 0,
    findings: found.value?.findings.filter((finding) => isAbout(id, finding)) ?? [],
    losses:
      events.value?.events.filter(
        (event) => event.type === 'camera' && isOwn(event) && event.state === 'offline' && event.at > since,
      ).length ?? 0,
  });
}
