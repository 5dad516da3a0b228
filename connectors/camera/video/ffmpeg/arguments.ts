import type { Address } from '../../address/address.ts';
import type { CaptureSpec } from '../source.ts';

/** How ffmpeg is called for a source. */
export interface Invocation {
  args: string[];
  /**
   * What it writes: JPEGs of its own, all of the first one's size; `copies` of those that the source made; or `raw` pictures, each in its
   * own size.
   */
  output: 'jpegs' | 'copies' | 'raw';
}

/** What is played: filmed now; a film, at its own speed; a live HLS, whose segments come in lumps; or one picture that stands still. */
export type Playing = 'live' | 'film' | 'hls' | 'still';

// verbose: it tells when pictures change their size
const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+verbose'];
// probe for 0.5 s or 1 s, not 5 s, before the first picture
const LIVE = ['-flags', 'low_delay', '-threads', '1', '-analyzeduration', '1000000'];
// the camera has already announced its streams: with a frame every few seconds, longer probing takes minutes
const LIVE_RTSP = ['-flags', 'low_delay', '-threads', '1', '-probesize', '32', '-fpsprobesize', '0'];
// no format that draws text (tty), and from a file none that names other files (hls, concat, dash, image sequences by -i alone)
const FILMS =
  'mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,wtv,gif,apng,mjpeg,mpjpeg,h264,hevc,m4v,obu,ivf,mp3,wav,aac,flac';
const PICTURES = 'image2,image2pipe,jpeg_pipe,png_pipe,bmp_pipe,webp_pipe,tiff_pipe';
const FILE_FORMATS = `${FILMS},${PICTURES}`;
const HTTP_FORMATS = `${FILMS},${PICTURES},hls,dash`;
const CAMERA_FORMATS = 'rtsp,rtp,sdp,mpegts,asf';
/** The option that plays a film again and again, with a number of times behind it. */
export const LOOP = '-stream_loop';
const FIRST_VIDEO = ['-map', '0:v:0'];
const PACE = { live: ['-readrate', '1.05'], film: ['-re'], hls: ['-re'], still: ['-re'] };

/**
 * The invocations to try, the cheapest first; a later one is for a source whose video is no MJPEG, or changes its size again and again.
 * Nobody's text becomes an option or another protocol: each input begins with a scheme or a slash, and may open no protocol but its own.
 */
export function invocations(
  address: Exclude<Address, { kind: 'demo' }>,
  { fps, loop }: CaptureSpec,
  playing: Playing,
): Invocation[] {
  const encode = (...input: string[]): Invocation[] => {
    const before = [...QUIET, ...input, ...FIRST_VIDEO, ...cap(fps)];
    return [
      {
        args: [...before, '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', '4', '-f', 'mjpeg', 'pipe:1'],
        output: 'jpegs',
      },
      // each picture with its length before it
      {
        args: [...before, '-autoscale', '0', '-pix_fmt', 'rgb24', '-c:v', 'rawvideo', '-f', 'mpjpeg', 'pipe:1'],
        output: 'raw',
      },
    ];
  };
  switch (address.kind) {
    case 'rtsp': {
      // TCP first, and UDP where the camera refuses it
      const network = ['-allowed_media_types', 'video', '-rtsp_flags', 'prefer_tcp', '-timeout', networkWait(fps)];
      return encode(...LIVE_RTSP, ...only('tcp,tls,rtp,udp,crypto', CAMERA_FORMATS), ...network, '-i', address.url);
    }
    case 'http': {
      const look = [...(playing === 'live' ? LIVE : []), ...PACE[playing]];
      const network = ['-rw_timeout', networkWait(fps)];
      return encode(...look, ...only('http,https,tcp,tls,crypto', HTTP_FORMATS), ...network, '-i', address.url);
    }
    case 'device': {
      // most cameras on USB give MJPEG at the higher sizes, without the Huffman tables: the filter adds them
      const input = [...LIVE, '-f', 'v4l2', '-input_format', 'mjpeg', '-i', address.path];
      const output = ['-c:v', 'copy', '-bsf:v', 'mjpeg2jpeg', '-f', 'mjpeg', 'pipe:1'];
      const copies: Invocation = { args: [...QUIET, ...input, ...FIRST_VIDEO, ...output], output: 'copies' };
      return [copies, ...encode(...LIVE, '-f', 'v4l2', '-i', address.path)];
    }
    case 'file': {
      const again = loop ? [LOOP, '-1'] : [];
      const still = ['-f', 'image2', '-pattern_type', 'none', '-loop', loop ? '1' : '0', '-framerate', String(fps)];
      const input = playing === 'still' ? still : again;
      return encode(...PACE[playing], ...input, ...only('file', FILE_FORMATS), '-i', `file:${address.path}`);
    }
  }
}

/** Both also apply to whatever a list or a redirect leads to. */
const only = (protocols: string, formats: string) => ['-protocol_whitelist', protocols, '-format_whitelist', formats];

/**
 * How long ffmpeg itself waits for the network, microseconds: shorter than our patience, since it knows more of the reason, and long
 * enough for a camera that sends a frame every 20 s.
 */
const networkWait = (fps: number) => String(Math.round(Math.max(25, 2.5 / fps) * 1e6));

/** Steps of a source's clock beyond which it was set, seconds: such a step counts as one frame's. */
const MAX_STEP = 30;

/**
 * Lets frames go before they are encoded, and never makes up one, as the fps filter would. Time is the source's, by the steps from
 * frame to frame, so that neither lumps on the network nor a clock that jumps costs a frame: credit grows with time, up to one and a
 * half frames, and each frame costs one. What passes bears the time of its passing, since only that never goes back.
 */
function cap(fps: number): string[] {
  const step = `st(1,t-prev_t);st(1,if(between(ld(1),0,${MAX_STEP}),ld(1),1/${fps}))`;
  const credit = `st(0,if(isnan(prev_t),1.5,min(1.5,ld(0)+ld(1)*${fps})))`;
  const select = `select='${step};${credit};if(gte(ld(0),1),st(0,ld(0)-1)*0+1,0)'`;
  const stamp = "settb=1/1000000,setpts='if(isnan(PREV_OUTPTS),RTCTIME,max(RTCTIME,PREV_OUTPTS+1))'";
  return ['-vf', `${select},${stamp}`, '-fps_mode', 'passthrough', '-enc_time_base', '1:1000000'];
}
