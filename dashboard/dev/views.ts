import { FRAME } from './frames.ts';

/** A page in a situation; the overview is seen in all of them without being named here. */
export interface View {
  situation: string;
  hash: string;
}

export const VIEWS: Record<string, View> = {
  camera: { situation: 'normal', hash: '#/camera/door' },
  'camera-topics': { situation: 'two-topics', hash: '#/camera/door' },
  'camera-offline': { situation: 'one-offline', hash: '#/camera/hall' },
  'camera-overload': { situation: 'overload', hash: '#/camera/door' },
  'camera-long-name': {
    situation: 'long-names',
    hash: '#/camera/Building-7_North-Entrance_Second-Floor_Corridor_Left_Camera_0001',
  },
  'camera-unknown': { situation: 'normal', hash: '#/camera/no-such' },
  frame: { situation: 'normal', hash: `#/frame/${FRAME.detected}` },
  'frame-objects': { situation: 'two-topics', hash: `#/frame/${FRAME.objects}` },
  'frame-expired': { situation: 'normal', hash: `#/frame/${FRAME.expired}` },
  'frame-foreign': { situation: 'normal', hash: `#/frame/${FRAME.foreign}` },
  'frame-unknown': { situation: 'normal', hash: `#/frame/${FRAME.unknown}` },
  frames: { situation: 'normal', hash: '#/frames' },
  'frames-topics': { situation: 'two-topics', hash: '#/frames' },
  'frames-overload': { situation: 'overload', hash: '#/frames' },
  'frames-uneven': { situation: 'uneven', hash: '#/frames' },
  'frames-unaccounted': { situation: 'unaccounted', hash: '#/frames' },
  'frames-many': { situation: 'sixty-four-cameras', hash: '#/frames' },
  'frames-none': { situation: 'first-start', hash: '#/frames' },
  replicas: { situation: 'normal', hash: '#/replicas' },
  'replicas-slow': { situation: 'slow', hash: '#/replicas' },
  'replicas-many': { situation: 'many-replicas', hash: '#/replicas' },
  'replicas-none': { situation: 'gateway-unreachable', hash: '#/replicas' },
  history: { situation: 'normal', hash: '#/history?from=now-1h&to=now' },
  'history-one': { situation: 'slow', hash: '#/history?from=now-15m&to=now&series=stages' },
  'history-day': { situation: 'normal', hash: '#/history?from=now-24h&to=now&series=rate,end_to_end' },
  'history-none': { situation: 'first-start', hash: '#/history?from=now-1h&to=now' },
  'history-away': { situation: 'metrics-away', hash: '#/history?from=now-1h&to=now' },
  incidents: { situation: 'slow', hash: '#/incidents' },
  'incidents-none': { situation: 'first-start', hash: '#/incidents' },
  'diagnosis-well': { situation: 'normal', hash: '#/diagnosis' },
  'diagnosis-cpu': { situation: 'overload', hash: '#/diagnosis' },
  'diagnosis-broker': { situation: 'broker-away', hash: '#/diagnosis' },
  'diagnosis-tight': { situation: 'tight', hash: '#/diagnosis' },
  'diagnosis-starved': { situation: 'starved', hash: '#/diagnosis' },
  'diagnosis-gaps': { situation: 'gaps', hash: '#/diagnosis' },
  incident: { situation: 'normal', hash: '#/incident/past-cpu' },
  'incident-unknown': { situation: 'normal', hash: '#/incident/none' },
  'diagnosis-metrics': { situation: 'metrics-away', hash: '#/diagnosis' },
  faults: { situation: 'faults', hash: '#/faults' },
  'faults-injected': { situation: 'under-fault', hash: '#/faults' },
  'faults-off': { situation: 'normal', hash: '#/faults' },
};
