import { describeNoAccess, type SendOutcome, sendFrame } from './ingest.ts';

export type ShareState =
  | { phase: 'off' }
  | { phase: 'asking' }
  | { phase: 'sending'; camera: string; sent: number; trouble?: string }
  | { phase: 'refused'; message: string };

const WIDTH = 640;
const EVERY = 200;
const QUALITY = 0.8;

/** Sends this browser's camera to the server: five frames per second, one in flight at a time, no buffer. */
export class Share {
  readonly #address: URL;
  #stream: MediaStream | undefined;
  #stopped = new AbortController();
  state = $state.raw<ShareState>({ phase: 'off' });

  constructor(page: URL) {
    this.#address = new URL('api/ingest', page);
  }

  get stream(): MediaStream | undefined {
    return this.state.phase === 'sending' ? this.#stream : undefined;
  }

  async start(camera: string): Promise<void> {
    this.stop();
    const { signal } = this.#stopped;
    this.state = { phase: 'asking' };
    try {
      if (!navigator.mediaDevices) throw new DOMException('', 'SecurityError');
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: WIDTH } }, audio: false });
      if (signal.aborted) return stream.getTracks().forEach((track) => void track.stop());
      this.#stream = stream;
      stream.getVideoTracks()[0]?.addEventListener('ended', () => this.#refuse('The camera was disconnected.'));
      this.state = { phase: 'sending', camera, sent: 0 };
      await this.#send(camera, stream, signal);
    } catch (error) {
      if (!signal.aborted) this.#refuse(describeNoAccess(error));
    }
  }

  stop(): void {
    this.#stopped.abort();
    this.#stopped = new AbortController();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.state = { phase: 'off' };
  }

  #refuse(message: string): void {
    this.stop();
    this.state = { phase: 'refused', message };
  }

  /** A slow server gets fewer frames: the next one is captured after the answer to the last. */
  async #send(camera: string, stream: MediaStream, signal: AbortSignal): Promise<void> {
    const video = Object.assign(document.createElement('video'), { srcObject: stream, muted: true, playsInline: true });
    await video.play();
    const canvas = document.createElement('canvas');
    const address = new URL(this.#address);
    address.searchParams.set('camera', camera);
    let sent = 0;
    while (!signal.aborted) {
      const began = Date.now();
      const jpeg = await capture(video, canvas);
      const outcome: SendOutcome = jpeg ? await sendFrame(address, jpeg, signal) : { wait: EVERY };
      if (signal.aborted) return;
      if (outcome.refused) return this.#refuse(outcome.refused);
      if (outcome.accepted) sent++;
      this.state = { phase: 'sending', camera, sent, trouble: outcome.trouble };
      await pause((outcome.wait ?? EVERY) - (Date.now() - began));
    }
  }
}

function capture(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<Blob | null> {
  if (video.videoWidth === 0) return Promise.resolve(null);
  const scale = Math.min(1, WIDTH / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext('2d')!.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
