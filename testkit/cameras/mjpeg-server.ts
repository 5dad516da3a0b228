/** An HTTP server of MJPEG (`multipart/x-mixed-replace`), as many network cameras are one. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MjpegServer {
  port: number;
  url: string;
  /** How many watch at present. */
  readonly viewers: number;
  /** From now on no frame is sent, and no connection ends: a camera that hangs. */
  freeze(frozen: boolean): void;
  /** Listens at the same port again. */
  reopen(): Promise<void>;
  /** Cuts every connection and frees the port: a camera whose plug is pulled. */
  close(): Promise<void>;
}

export interface MjpegServerOptions {
  /** JPEGs, sent in turn. */
  frames: Uint8Array[];
  fps?: number;
  port?: number;
  /** `user:password` that is wanted (Basic). */
  login?: string;
}

export async function startMjpegServer({
  frames,
  fps = 25,
  port = 0,
  login,
}: MjpegServerOptions): Promise<MjpegServer> {
  const viewers = new Set<ServerResponse>();
  let frozen = false;

  const server = createServer((request, response) => {
    if (login && request.headers.authorization !== `Basic ${btoa(login)}`) {
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
    }
    if (request.url !== '/live') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    viewers.add(response);
    response.on('close', () => viewers.delete(response));
  });

  let n = 0;
  setInterval(() => {
    const frame = frames[n++ % frames.length]!;
    if (frozen) return;
    for (const viewer of viewers) {
      viewer.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${frame.length}\r\n\r\n`);
      viewer.write(frame);
      viewer.write('\r\n');
    }
  }, 1000 / fps).unref();

  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, '127.0.0.1', resolve);
    });
  await listen(port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}/live`,
    get viewers() {
      return viewers.size;
    },
    freeze(on) {
      frozen = on;
    },
    reopen: () => listen(taken),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
