import { type DetectAnswer, QUEUE, TOPIC_ANNOTATION } from '@framewire/contract';
import { type Listening, listen } from '@framewire/runtime/http';
import { type Context, Hono } from 'hono';

export interface TestFunction {
  replicas: number;
  annotations: Record<string, string>;
  /** What it answers. */
  answer(c: Context): Response | Promise<Response>;
}

export const ANSWER: DetectAnswer = {
  detections: [{ x: 1, y: 2, w: 3, h: 4 }],
  image: { width: 640, height: 480 },
  node_id: 'replica-1',
  detector: 'test',
  stages: { decode: 1, detect: 2 },
};

/** Consumes `frame_queue` and finds one face by default. */
export const detector = (some: Partial<TestFunction> = {}): TestFunction => ({
  replicas: 1,
  annotations: { [TOPIC_ANNOTATION]: QUEUE.frames },
  answer: (c) => c.json(ANSWER),
  ...some,
});

export interface TestGateway {
  /** By name; changed while it runs. */
  functions: Map<string, TestFunction>;
  /** Why it does not list its functions, where it does not. */
  refusal: string | undefined;
  url: string;
  /** Goes away as a killed process does, and comes back at the same port. */
  kill(): Promise<void>;
  revive(): Promise<void>;
}

/** Speaks `/system/functions` and `/function/<name>`. */
export async function startTestGateway(): Promise<TestGateway> {
  const functions = new Map<string, TestFunction>();
  const app = new Hono();
  app.get('/system/functions', (c) => {
    if (gateway.refusal) return c.text(gateway.refusal, 401);
    return c.json(
      [...functions].map(([name, { replicas, annotations }]) => ({
        name,
        namespace: 'openfaas-fn',
        image: 'test',
        replicas,
        availableReplicas: replicas,
        invocationCount: 0,
        annotations,
        labels: null,
      })),
    );
  });
  app.post('/function/:name', (c) => {
    const fn = functions.get(c.req.param('name'));
    return fn ? fn.answer(c) : c.text(`error finding function ${c.req.param('name')}`, 404);
  });
  let listening: Listening = await listen(app, { host: '127.0.0.1', port: 0 });
  const { port } = listening;
  const gateway: TestGateway = {
    functions,
    refusal: undefined,
    url: `http://127.0.0.1:${port}`,
    kill() {
      const closed = listening.close();
      listening.server.closeAllConnections();
      return closed;
    },
    async revive() {
      listening = await listen(app, { host: '127.0.0.1', port });
    },
  };
  return gateway;
}
