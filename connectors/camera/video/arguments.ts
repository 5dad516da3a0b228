import type { CameraSpec } from '@framewire/contract';
import type { Address } from '../address.ts';

/** How ffmpeg is called for a source; `copy` where the JPEGs are passed on as the source made them. */
export interface Invocation {
  args: string[];
  copy: boolean;
}

/** How long ffmpeg itself waits for the network, microseconds: shorter than our watchdog, since it knows more of the reason. */
const NETWORK_WAIT = '8000000';

const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+info'];
// half a second or a whole one of looking, not five, before the first picture
const LIVE = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-threads', '1', '-analyzeduration', '1000000'];
// no format that draws text (tty), and from a file none that names other files (hls, concat, dash, image sequences by -i alone)
const FILMS =
  'mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,wtv,gif,apng,mjpeg,mpjpeg,h264,hevc,m4v,obu,ivf,mp3,wav,aac,flac';
const PICTURES = 'image2,image2pipe,jpeg_pipe,png_pipe,bmp_pipe,webp_pipe,tiff_pipe';
const FILE_FORMATS = `${FILMS},${PICTURES}`;
const HTTP_FORMATS = `${FILMS},${PICTURES},hls,dash`;
const CAMERA_FORMATS = 'rtsp,rtp,sdp,mpegts,asf';
const FIRST_VIDEO = ['-map', '0:v:0'];
const TO_PIPE = ['-f', 'mjpeg', 'pipe:1'];

/**
 * The invocations to try, the cheapest first; a later one is for a source whose video is no MJPEG.
 * Nobody's text becomes an option or another protocol: each input begins with a scheme or a slash, and may open no protocol but its own.
 */
export function invocations(address: Exclude<Address, { kind: 'demo' }>, { fps, loop }: CameraSpec): Invocation[] {
  const encode = (...input: string[]) => ({
    args: [...QUIET, ...input, ...FIRST_VIDEO, ...reencode(fps), ...TO_PIPE],
    copy: false,
  });
  const copy = (...input: string[]) => ({
    args: [...QUIET, ...input, ...FIRST_VIDEO, '-c:v', 'copy', ...TO_PIPE],
    copy: true,
  });
  switch (address.kind) {
    case 'rtsp':
      return [
        encode(
          ...LIVE,
          ...only('tcp,tls,rtp,udp,crypto', CAMERA_FORMATS),
          '-rtsp_transport',
          'tcp',
          '-timeout',
          NETWORK_WAIT,
          '-i',
          address.url,
        ),
      ];
    case 'http': {
      const input = [
        ...LIVE,
        ...only('http,https,tcp,tls,crypto', HTTP_FORMATS),
        '-rw_timeout',
        NETWORK_WAIT,
        '-i',
        address.url,
      ];
      return [copy(...input), encode(...input)];
    }
    case 'device': {
      // most cameras on USB give MJPEG at the higher sizes, without the Huffman tables: the filter adds them
      const mjpeg = copy(...LIVE, '-f', 'v4l2', '-input_format', 'mjpeg', '-i', address.path);
      mjpeg.args.splice(mjpeg.args.indexOf('copy') + 1, 0, '-bsf:v', 'mjpeg2jpeg');
      return [mjpeg, encode(...LIVE, '-f', 'v4l2', '-i', address.path)];
    }
    case 'file': {
      const again = loop ? ['-stream_loop', '-1'] : [];
      return [encode('-re', ...again, ...only('file', FILE_FORMATS), '-i', `file:${address.path}`)];
    }
  }
}

/** Both hold for whatever a list or a redirect leads to as well. */
const only = (protocols: string, formats: string) => ['-protocol_whitelist', protocols, '-format_whitelist', formats];

/** Lets frames go before they are encoded, and never makes up one, as the fps filter would. */
function reencode(fps: number): string[] {
  const slot = (t: string) => `floor(${t}*${fps}+0.001)`;
  const select = `select='isnan(prev_selected_t)+not(eq(${slot('t')},${slot('prev_selected_t')}))'`;
  return ['-vf', select, '-fps_mode', 'vfr', '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', '4'];
}
