/** One situation the page can be in. */
export interface Situation {
  /** What people call cameras. */
  names?: Record<string, string>;
  paused?: string[];
  /** The file that defines a camera. */
  definedIn?: Record<string, string>;
  /** Cameras whose connector has not spoken of them for long. */
  lost?: string[];
  /** Cameras that only post frames. */
  posting?: string[];
  role?: 'view' | 'write';
  cameras: string[];
  faces?: number;
  /** Areas are drawn on the door. */
  areas?: true;
  /** Topics beside faces, each with its frame rate. */
  topics?: Record<string, number>;
  fps?: number;
  /** Cameras that are offline, with the connector's reason. */
  offline?: string[];
  /** The share of each camera's frames that is shed, 0 to 1. */
  shed?: number;
  /** In front of all cameras but the first nothing moves. */
  noMotion?: true;
  /** No pictures and no outcomes come. */
  still?: 'never' | 'stopped';
  /** Not enough CPU: pictures are late, or not yet, or hardly anything moves. */
  slow?: true;
  tight?: true;
  starved?: true;
  /** Pictures are late, and nobody knows why. */
  nearly?: true;
  /** A rule of the diagnosis fails. */
  gaps?: true;
  /** Replicas of detect-faces. */
  replicas?: number;
  /** One camera's frames are shed, the others' are all detected. */
  uneven?: true;
  /** Faults can be injected, and some are. */
  faults?: 'none' | 'injected';
  /** Frames without an outcome. */
  missing?: number;
  broker?: false;
  /** The function that keeps sightings does not answer. */
  sightings?: false;
  prometheus?: false;
  gateway?: false;
  /** The server hangs up on everyone and answers nobody. */
  away?: true;
}

const numbered = (n: number) => Array.from({ length: n }, (_, i) => `camera-${i + 1}`);
const named = ['door', 'entrance', 'hall', 'kitchen', 'loading-dock', 'office', 'parking', 'yard'];

export const SITUATIONS: Record<string, Situation> = {
  normal: { cameras: named },
  'first-start': { cameras: [], still: 'never' },
  'first-frame': { cameras: named.slice(0, 2), still: 'never' },
  'one-offline': { cameras: named, offline: ['hall'] },
  'all-offline': { cameras: named, offline: named },
  overload: { cameras: named, shed: 0.4 },
  slow: { cameras: named, slow: true },
  tight: { cameras: named.slice(0, 1), tight: true },
  starved: { cameras: numbered(30), starved: true },
  'late-unknown': { cameras: named, nearly: true },
  gaps: { cameras: named, gaps: true },
  'thirty-offline': { cameras: numbered(32), offline: numbered(30) },
  uneven: { cameras: named, shed: 0.4, uneven: true },
  faults: { cameras: named, faults: 'none' },
  'under-fault': { cameras: named, faults: 'injected', slow: true },
  'many-replicas': { cameras: named, replicas: 16 },
  unaccounted: { cameras: named, missing: 1 },
  'broker-away': { cameras: named, broker: false, still: 'stopped' },
  'gateway-unreachable': { cameras: named, gateway: false, still: 'stopped' },
  'sightings-unreachable': { cameras: named, sightings: false },
  'metrics-away': { cameras: named, prometheus: false },
  'server-away': { cameras: named, away: true },
  'nothing-moves': { cameras: named, noMotion: true, fps: 1 },
  'one-camera': { cameras: ['door'] },
  'four-cameras': { cameras: numbered(4) },
  'sixteen-cameras': { cameras: numbered(16) },
  'sixty-four-cameras': { cameras: numbered(64), fps: 4 },
  'long-names': {
    cameras: [
      'Building-7_North-Entrance_Second-Floor_Corridor_Left_Camera_0001',
      'Warehouse_Loading-Dock_Gate-12_Overhead_Wide-Angle_Infrared_0002',
      'short',
    ],
    offline: ['Warehouse_Loading-Dock_Gate-12_Overhead_Wide-Angle_Infrared_0002'],
  },
  areas: { cameras: named.slice(0, 2), faces: 3, areas: true },
  'cameras-mixed': {
    cameras: ['door', 'hall', 'yard', 'gate', 'garage', 'photos'],
    offline: ['hall'],
    names: { door: 'Front door', hall: 'Café', yard: '玄関 (courtyard)' },
    paused: ['yard'],
    definedIn: { gate: '/etc/framewire/cameras.yaml' },
    lost: ['garage'],
    posting: ['photos'],
    topics: { objects: 2 },
  },
  'view-only': { cameras: named.slice(0, 3), role: 'view' },
  'two-topics': { cameras: named.slice(0, 4), topics: { objects: 2 } },
  'no-faces': { cameras: named.slice(0, 4), faces: 0 },
  'twenty-faces': { cameras: named.slice(0, 4), faces: 20 },
};
