import type { ServerMessage } from '@framewire/contract';
import type { Jpeg, Watch } from '../transport/connection.ts';
import { createTransport, type Transport, type TransportState } from '../transport/transport.ts';

const FIRST_PINGS = 4;
const FIRST_PING_EVERY = 250;
const PING_EVERY = 4000;

/** The state of the connection to results-ws. */
export class ServerConnection {
  #transport: Transport | undefined;
  #watch: Watch = '*';
  #pings: ReturnType<typeof setTimeout> | undefined;
  state = $state.raw<TransportState>({ phase: 'connecting', again: false });
  /** The replica that answers. */
  node = $state<string>();
  /** When it opened, milliseconds by this browser's clock. */
  openedAt = $state(0);
  /** When the server last skipped pictures because this connection was too slow. */
  skippedAt = $state(0);

  /** @returns what stops it. */
  start(page: URL, message: (message: ServerMessage, jpeg?: Jpeg) => void): () => void {
    const transport = createTransport(page, {
      state: (state) => {
        this.state = state;
        clearTimeout(this.#pings);
        if (state.phase !== 'open') return;
        this.openedAt = Date.now();
        this.#ping(0);
      },
      message: (received, jpeg) => {
        if (received.type === 'hello') this.node = received.node_id;
        if (received.type === 'skipped') this.skippedAt = Date.now();
        message(received, jpeg);
      },
    });
    this.#transport = transport;
    transport.watch(this.#watch);
    return () => {
      clearTimeout(this.#pings);
      transport.close();
    };
  }

  watch(cameras: Watch): void {
    if (JSON.stringify(cameras) === JSON.stringify(this.#watch)) return;
    this.#watch = cameras;
    this.#transport?.watch(cameras);
  }

  drawn(latencies: { camera_id: string; latency: number }[]): void {
    if (latencies.length > 0 && this.state.phase === 'open') this.#transport?.send({ type: 'drawn', latencies });
  }

  /** A few at first, for a good clock offset soon; then regularly, which also shows that the connection is alive. */
  #ping(sent: number): void {
    this.#transport?.send({ type: 'ping', sent: Date.now() });
    this.#pings = setTimeout(() => this.#ping(sent + 1), sent < FIRST_PINGS ? FIRST_PING_EVERY : PING_EVERY);
  }
}
