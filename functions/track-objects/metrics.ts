import { Counter, createCameraLabels, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';
import type { FrameTracks } from './tracking/follow.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** Dwell times, seconds. */
const DWELL_BUCKETS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

/** What track-objects counts. A camera that was removed, or is tracked by another replica, has no series. */
export function createMetrics(registry: Registry) {
  const registers = [registry];
  const camera_id = 'camera_id';
  const counter = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Gauge({ name, help, labelNames, registers });

  const active = gauge('cv_tracks_active', 'Objects that are followed.', camera_id);
  const started = counter('cv_tracks_started_total', 'Tracks that began.', camera_id);
  const ended = counter('cv_tracks_ended_total', 'Tracks that ended.', camera_id);
  const occupancy = gauge('cv_zone_occupancy', 'Objects that are in a zone.', camera_id, 'zone');
  const dwell = new Histogram({
    name: 'cv_zone_dwell_seconds',
    help: 'How long objects stayed in a zone, each counted when it left.',
    labelNames: [camera_id, 'zone'],
    buckets: DWELL_BUCKETS,
    registers,
  });
  const crossings = counter('cv_line_crossings_total', 'Objects that crossed a line.', camera_id, 'line', 'direction');
  const late = counter('cv_tracks_late_frames_total', 'Frames that came too late to be tracked.', camera_id);
  const labels = createCameraLabels(forget);
  /** What each camera has series of: they go with the camera. */
  const series = new Map<
    string,
    { zones: Set<string>; lines: Set<string>; topics: Map<string, FrameTracks['tracks']> }
  >();
  const seriesOf = (label: string) => {
    const known = series.get(label) ?? { zones: new Set(), lines: new Set(), topics: new Map() };
    series.set(label, known);
    return known;
  };

  function forget(camera: string): void {
    for (const metric of [active, started, ended, late]) metric.remove({ camera_id: camera });
    const { zones, lines } = seriesOf(camera);
    series.delete(camera);
    for (const zone of zones) for (const metric of [occupancy, dwell]) metric.remove({ camera_id: camera, zone });
    for (const line of lines)
      for (const direction of ['in', 'out']) crossings.remove({ camera_id: camera, line, direction });
  }

  /** Of all topics of the camera together. A zone that was removed has none in it, and no series. */
  function present(label: string, topic: string, tracks: FrameTracks['tracks'], names: readonly string[]): void {
    const { zones, topics } = seriesOf(label);
    const all = [...topics.set(topic, tracks).values()].flat();
    active.set({ camera_id: label }, all.length);
    for (const zone of names) zones.add(zone);
    for (const zone of zones) {
      if (label !== 'other' && !names.includes(zone)) occupancy.remove({ camera_id: label, zone });
      else occupancy.set({ camera_id: label, zone }, all.filter((track) => track.zones.includes(zone)).length);
    }
  }

  return {
    forget,
    seen(camera: string, topic: string, found: FrameTracks, zoneNames: readonly string[]) {
      const label = labels(camera);
      started.inc({ camera_id: label }, found.started);
      ended.inc({ camera_id: label }, found.ended.length);
      const { zones, lines } = seriesOf(label);
      for (const { zone, seconds } of found.stays) {
        zones.add(zone);
        dwell.observe({ camera_id: label, zone }, seconds);
      }
      for (const { line, direction } of found.crossings) {
        lines.add(line);
        crossings.inc({ camera_id: label, line, direction });
      }
      present(label, topic, found.tracks, zoneNames);
    },
    late(camera: string) {
      late.inc({ camera_id: labels(camera) });
    },
    lag: gauge('cv_tracks_lag_seconds', 'Age of the newest outcome at the moment it was read from the stream.'),
    held: gauge('cv_tracks_cameras_held', 'Cameras that this replica tracks.'),
    unpublished: gauge('cv_tracks_unpublished', 'Records of tracks that wait for the broker.'),
    malformed: counter('cv_messages_malformed_total', 'Messages that could not be read and were passed over.', 'what'),
    ignored: counter('cv_results_ignored_total', 'Records that did not come by the exchange of their stream: ignored.'),
  };
}
