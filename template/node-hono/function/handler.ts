import { Hono } from 'hono';

/** Says how many bytes it was sent. */
const app = new Hono();

app.post('/', async (c) => {
  const body = await c.req.arrayBuffer();
  return c.json({ bytes: body.byteLength });
});

export default app;
