import type { Detection, Stages } from '@framewire/contract';
import { createDecoder } from '../jpeg/decode.ts';
import type { Picture } from '../jpeg/raster.ts';
import { createCostMeter } from '../machine/thread-cost.ts';
import type { Detector, DetectorSpec, Model } from './detector.ts';
import { loadHaar } from './haar.ts';
import { hasNativeOpenCv, loadNativeHaar } from './haar-native.ts';
import { loadObjects } from './objects.ts';
import { createSessions, type MissingProvider, onlyCpu, type Provider } from './sessions.ts';
import { loadYunet } from './yunet/yunet.ts';

/**
 * Loads a detector, once for each thread that uses it. The cost it reports is that of the calling thread, decoding included; sharp decodes
 * on other threads.
 * @param providers of ONNX Runtime, the first that can run the model is used.
 * @throws Error if its weights cannot be read or are no weights, or if no provider can run them.
 */
export async function createDetector(spec: DetectorSpec, providers: readonly Provider[] = ['cpu']): Promise<Detector> {
  const { model, provider, missing } = await load(spec, providers);
  const meter = createCostMeter();
  const decoder = createDecoder(model.input);
  return {
    name: model.name,
    provider,
    missing,
    async detect(jpeg) {
      const begin = performance.now();
      const cost = meter.start();
      const picture = await decoder.decode(jpeg);
      const decoded = performance.now();
      const found = await model.find(picture);
      const stages: Stages = { decode: decoded - begin, detect: performance.now() - decoded, ...cost() };
      return { detections: toFullFrame(found, picture), image: picture.image, stages };
    },
    close: () => model.close(),
  };
}

interface Loaded {
  model: Model;
  provider: Provider;
  missing: readonly MissingProvider[];
}

async function load(spec: DetectorSpec, providers: readonly Provider[]): Promise<Loaded> {
  if (spec.kind === 'haar') {
    const missing = onlyCpu('haar', providers);
    const model = (spec.native ?? hasNativeOpenCv()) ? await loadNativeHaar() : await loadHaar();
    return { model, provider: 'cpu', missing };
  }
  const sessions = createSessions(providers);
  const model =
    spec.kind === 'yunet' ? await loadYunet(spec.weights, sessions) : await loadObjects(spec.model, sessions);
  return { model, provider: sessions.provider!, missing: sessions.missing };
}

/** Scales boxes to pixels of the full frame, clips them at its edges, and rounds to tenths of a pixel. */
function toFullFrame(found: Detection[], { width, height, image }: Picture): Detection[] {
  const scaleX = image.width / width;
  const scaleY = image.height / height;
  const onX = (x: number) => tenths(Math.min(Math.max(x * scaleX, 0), image.width));
  const onY = (y: number) => tenths(Math.min(Math.max(y * scaleY, 0), image.height));
  return found.map(({ x, y, w, h, points, ...rest }) => ({
    x: onX(x),
    y: onY(y),
    w: tenths(onX(x + w) - onX(x)),
    h: tenths(onY(y + h) - onY(y)),
    ...rest,
    ...(points && { points: points.map(([px, py]): [number, number] => [onX(px), onY(py)]) }),
  }));
}

const tenths = (n: number) => Math.round(n * 10) / 10;
