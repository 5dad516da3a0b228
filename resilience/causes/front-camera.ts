import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A camera of the network as many are: MJPEG over HTTP. It can go away, and it can fall silent. */
export interface FrontCamera {
  readonly url: string;
  stalled: boolean;
  /** Goes, with its connections. */
  close(): Promise<void>;
  /** Comes back at the same port. */
  open(): Promise<void>;
}

const BOUNDARY = 'frame';

export async function startFrontCamera(jpegs: Uint8Array[], fps: number): Promise<FrontCamera> {
  const watching = new Set<ServerResponse>();
  let server: Server;
  let port = 0;
  let sent = 0;
  setInterval(() => {
    if (camera.stalled) return;
    const jpeg = jpegs[sent++ % jpegs.length]!;
    for (const response of watching) {
      response.write(`--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      response.write(jpeg);
      response.write('\r\n');
    }
  }, 1000 / fps).unref();

  const camera: FrontCamera = {
    get url() {
      return `http://127.0.0.1:${port}/video`;
    },
    stalled: false,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
    async open() {
      server = createServer((_, response) => {
        response.writeHead(200, { 'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}` });
        watching.add(response);
        response.on('close', () => watching.delete(response));
      });
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      ({ port } = server.address() as AddressInfo);
    },
  };
  await camera.open();
  return camera;
}
