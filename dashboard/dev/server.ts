import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  encodeBinaryMessage,
  type ResultRecord,
  type ServerMessage,
  VIEWER_PROTOCOL,
  type ViewerMessage,
  viewerMessage,
} from '@framewire/contract';
import { type WebSocket, WebSocketServer } from 'ws';
import { cameraViews, ledger, metrics, record, STARTED, status } from './answers.ts';
import { history } from './charts.ts';
import { diagnosis, faults, incident, incidents, latency, slo } from './findings.ts';
import { frame, frames as framesOf, keep } from './frames.ts';
import { type ScenePicture, scene } from './scene.ts';
import { Settings } from './settings.ts';
import { deliveries, rules, ruleTest } from './sightings/notifications.ts';
import { isAway, pictureOfSighting, sightingFilters, sightingOf, sightings } from './sightings/sightings.ts';
import { SITUATIONS, type Situation } from './states.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const DIST = join(import.meta.dirname, '..', 'dist');
const [, INLINE_SCRIPT = ''] =
  /<script>([\s\S]*?)<\/script>/.exec(readFileSync(join(DIST, 'index.html'), 'utf8')) ?? [];

/** How a frame ends in which nothing moves. */
const STILL = {
  outcome: 'still',
  reason: 'nothing moved',
  reason_code: 'no_motion',
  detections: [],
  node_id: undefined,
} as const satisfies Partial<ResultRecord>;

/** Each object keeps its number: those of a scene come in the same order in each of its frames. */
const numbersOf = ({ camera_id, topic, frame_id, detections }: ResultRecord): ServerMessage => ({
  type: 'tracks',
  camera_id,
  topic,
  frame_id,
  tracks: detections.map((_, detection) => ({ id: 17 + detection, detection })),
});

/** As results-ws has it, so that what it forbids fails here too. */
const POLICY = `default-src 'self'; script-src 'self' 'sha256-${createHash('sha256').update(INLINE_SCRIPT).digest('base64')}'; connect-src 'self' ws: wss:; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'`;
/** A viewer with more than this unsent misses pictures, bytes. */
const ROOM = 256 * 1024;

export interface DevServer {
  port: number;
  set(name: string): Promise<void>;
  /** Whose pictures each viewer wants. */
  watched(): ('*' | string[])[];
  /** What was set for each camera. */
  settings: Settings;
  close(): void;
}

/** Stands in for results-ws: the built page, and a situation that can be chosen. @param maxFps limits the cameras' frame rates. */
export async function startDevServer(port = 0, maxFps = Number.POSITIVE_INFINITY): Promise<DevServer> {
  let now: Situation = SITUATIONS.normal!;
  let loops: ScenePicture[][] = [];
  let frames = 0;
  let cursor = 1;
  const settings = new Settings();
  const views = () => cameraViews(now, frames, (camera) => settings.of(camera));
  const viewers = new Map<WebSocket, '*' | string[]>();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => VIEWER_PROTOCOL });

  async function set(name: string) {
    const next = SITUATIONS[name];
    if (!next) throw new RangeError(`no situation "${name}": one of ${Object.keys(SITUATIONS).join(', ')}`);
    loops = await Promise.all([0, 1, 2, 3].map((variant) => scene(variant, next.faces ?? (variant % 3) + 1)));
    // A page that knows these cameras stays connected and sees the change.
    const stay = !next.away && next.cameras.join() === now.cameras.join();
    now = next;
    frames = 0;
    settings.reset(next.areas === true);
    if (!stay) for (const viewer of viewers.keys()) viewer.terminate();
  }

  const say = (viewer: WebSocket, message: ServerMessage) => viewer.send(JSON.stringify(message));

  sockets.on('connection', (viewer) => {
    viewers.set(viewer, []);
    viewer.on('close', () => viewers.delete(viewer));
    viewer.on('message', (data) => {
      const said: ViewerMessage = viewerMessage.parse(JSON.parse(String(data)));
      if (said.type === 'watch') viewers.set(viewer, said.cameras);
      if (said.type === 'ping') say(viewer, { type: 'pong', sent: said.sent, now: Date.now() });
    });
    say(viewer, { type: 'hello', node_id: 'results-ws-1', cursor, resumed: true });
    say(viewer, { type: 'cameras', cameras: views(), all: true });
  });

  const pictureOf = (i: number): ScenePicture => {
    const loop = loops[i % loops.length]!;
    return loop[(frames + i * 5) % loop.length]!;
  };

  /** The same one whenever it is asked for. */
  const stillOf = (n: number): ScenePicture => loops[n % loops.length]![(n * 7) % loops[0]!.length]!;

  /** The outcomes of this beat, the same for every viewer. */
  const outcomes = new Map<string, ResultRecord>();
  function recordOf(camera: string, i: number): ResultRecord {
    const { detections, image } = pictureOf(i);
    const found = now.noMotion && i > 0 ? { ...STILL, image } : { detections, image };
    const outcome = outcomes.get(camera) ?? keep(record(camera, frames + 1, found));
    outcomes.set(camera, outcome);
    return outcome;
  }

  /** Those of a second model, of the frames that are due: found in the same picture as the faces. */
  function objectsOf(camera: string, i: number): ResultRecord[] {
    const { objects, image } = pictureOf(i);
    return Object.entries(now.topics ?? {}).flatMap(([topic, fps]) => {
      if (frames % Math.round((now.fps ?? 10) / fps) !== 0) return [];
      const faces = recordOf(camera, i);
      const known = outcomes.get(`${camera}/${topic}`);
      const own = { ...faces, frame_id: crypto.randomUUID(), topic, source: `dev-${topic}`, detector: 'yolo11n' };
      const found = known ?? keep({ ...own, detections: objects, image });
      outcomes.set(`${camera}/${topic}`, found);
      return [found];
    });
  }

  function push(viewer: WebSocket) {
    const watched = viewers.get(viewer) ?? [];
    now.cameras.forEach((camera, i) => {
      if ([now.offline, now.paused, now.lost].some((silent) => silent?.includes(camera))) return;
      const { jpeg } = pictureOf(i);
      for (const record of [recordOf(camera, i), ...objectsOf(camera, i)]) {
        const header = { type: 'result', cursor: cursor++, record, sent_at: Date.now() };
        const wanted = viewer.bufferedAmount < ROOM && (watched === '*' || watched.includes(camera));
        viewer.send(encodeBinaryMessage(header, wanted ? jpeg : undefined));
        if (wanted) say(viewer, numbersOf(record));
      }
    });
  }

  function beat() {
    timer = setTimeout(beat, 1000 / Math.min(maxFps, now.fps ?? 10));
    if (now.still) return;
    frames++;
    outcomes.clear();
    for (const viewer of viewers.keys()) push(viewer);
  }
  let timer = setTimeout(beat, 100);
  const second = setInterval(() => {
    for (const viewer of viewers.keys()) say(viewer, { type: 'cameras', cameras: views(), all: true });
  }, 1000);

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url!, 'http://dev');
    const json = (body: unknown, code = 200) =>
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname.startsWith('/dev/')) {
      await set(pathname.slice(5));
      return json({ now: pathname.slice(5) });
    }
    if (now.away && pathname.startsWith('/api/')) return response.destroy();
    if (pathname === '/api/metrics') return json(metrics(now));
    if (pathname === '/api/status') return json(status(now));
    if (pathname === '/api/latency') return json(latency(now));
    if (pathname === '/api/ledger') return json(ledger(now, frames));
    if (pathname === '/api/diagnosis') return json(diagnosis(now));
    if (pathname.startsWith('/api/incidents/')) {
      const id = pathname.slice('/api/incidents/'.length);
      const known = incident(id, now);
      return known
        ? json(known)
        : json({ error: `${id}: unknown, or not kept any more`, code: 'no_such_incident' }, 404);
    }
    const kept = (answer: object | undefined) =>
      json(answer ?? { error: 'sightings cannot be reached', code: 'sightings_unreachable' }, answer ? 200 : 503);
    if (pathname === '/api/rules') return kept(rules(now));
    if (pathname === '/api/sightings') return kept(sightings(searchParams, now, stillOf));
    if (pathname === '/api/sightings/filters') return kept(sightingFilters(now));
    if (pathname.startsWith('/api/sightings/')) {
      if (isAway(now)) return kept(undefined);
      const [id = '', what] = pathname.slice('/api/sightings/'.length).split('/');
      const sighting = sightingOf(id, now, stillOf);
      const jpeg = what && (await pictureOfSighting(id, what, now, stillOf));
      if (jpeg) return response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg);
      if (sighting && !what) return json({ sighting });
      return json({ error: 'no sighting of this id is kept', code: 'no_such_sighting' }, 404);
    }
    if (pathname.startsWith('/api/rules/')) {
      request.resume();
      return pathname.endsWith('/test') ? json(ruleTest()) : json({});
    }
    if (pathname === '/api/deliveries') return json(deliveries(now));
    if (pathname === '/api/slo') return json(slo(now));
    if (pathname === '/api/incidents') return json(incidents(now));
    if (pathname === '/api/history') {
      if (now.prometheus === false) return json({ error: 'Prometheus cannot be reached', code: 'prometheus' }, 503);
      return json(history(searchParams, now, STARTED));
    }
    if (pathname === '/api/faults') {
      const answer = faults(now);
      return json(
        answer ?? { error: 'faults can be injected only if the system was started with --faults', code: 'not_found' },
        answer ? 200 : 404,
      );
    }
    if (pathname.startsWith('/api/frames/')) {
      const answer = frame(pathname.slice('/api/frames/'.length), now);
      return json(answer ?? { error: 'no frame of this id is kept', code: 'not_found' }, answer ? 200 : 404);
    }
    if (request.method === 'PATCH' && pathname.startsWith('/api/cameras/')) {
      const refused = settings.patch(pathname.slice('/api/cameras/'.length), await text(request));
      return refused ? json({ error: refused, code: 'bad_settings' }, 400) : json({});
    }
    if (request.method === 'POST' && pathname === '/api/cameras/test') {
      const { url } = JSON.parse(await text(request)) as { url: string };
      if (!/^(demo:|rtsp:)/.test(url)) return json({ error: 'connection refused', code: 'no_frame' }, 422);
      return response.writeHead(200, { 'content-type': 'image/jpeg' }).end(pictureOf(0).jpeg);
    }
    if (request.method === 'GET' && pathname.startsWith('/api/cameras/')) {
      const id = pathname.slice('/api/cameras/'.length);
      const view = views().find(({ camera_id }) => camera_id === id);
      const camera = {
        ...view?.source,
        camera_id: id,
        url: `rtsp://admin:***@10.0.4.17/${id}`,
        deadline_ms: 2000,
        loop: true,
      };
      return view
        ? json({ ...camera, ...settings.of(id) })
        : json({ error: 'there is none', code: 'no_such_camera' }, 404);
    }
    if (pathname === '/api/cameras') return json({ cameras: views() });
    if (pathname === '/api/frames') return json({ frames: framesOf(searchParams, now) });
    if (pathname === '/api/ingest') {
      request.resume();
      return json({ frame_id: crypto.randomUUID(), camera_id: searchParams.get('camera') }, 202);
    }
    const file = join(DIST, pathname === '/' ? 'index.html' : pathname);
    if (!file.startsWith(DIST) || !existsSync(file)) return json({ error: 'not found' }, 404);
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    return createReadStream(file).pipe(response);
  }

  const http = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(400).end(String(error)));
  });
  http.on('upgrade', (request, socket, head) => {
    if (now.away) return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (viewer) => sockets.emit('connection', viewer));
  });
  await set('normal');
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  return {
    port: (http.address() as { port: number }).port,
    set,
    settings,
    watched: () => [...viewers.values()],
    close() {
      clearTimeout(timer);
      clearInterval(second);
      for (const viewer of viewers.keys()) viewer.terminate();
      http.close();
      http.closeAllConnections();
    },
  };
}
