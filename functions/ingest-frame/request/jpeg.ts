import { JpegError, judgeJpeg } from '@framewire/contract';
import { type Body, checkCoding, HttpError, type Upload, type Uploads } from '@framewire/runtime/http';
import { PARAMETERS } from './query.ts';

const RAW_TYPES = ['', 'image/jpeg', 'image/jpg', 'application/octet-stream'];
const FORM_TYPE = 'multipart/form-data';
const HELP = 'send a JPEG as image/jpeg, or a form with a file';
/** The default type of curl. */
const CURL_TYPE = 'application/x-www-form-urlencoded';
const CURL_HELP = "set the content type, with curl -H 'content-type: image/jpeg', or send a form with a file";
/** What a form may hold beside the picture: boundaries, headers of its parts, small fields. */
const FORM_OVERHEAD = 16 * 1024;

/**
 * The JPEG that a request carries, its body or the first file of a form, and what is done with it: until that has ended it counts as
 * held.
 * @throws HttpError 400 when it is empty, no JPEG or damaged; 408, 413, 415, 429.
 */
export function withJpeg<T>(
  { body, type, coding }: { body: Body; type: string; coding: string },
  { uploads, maxBytes }: { uploads: Uploads; maxBytes: number },
  use: (jpeg: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const [media] = type
    .toLowerCase()
    .split(';', 1)
    .map((part) => part.trim());
  const isForm = media === FORM_TYPE;
  if (!isForm && !RAW_TYPES.includes(media!))
    throw new HttpError(415, 'media_type', `${media} is not accepted: ${media === CURL_TYPE ? CURL_HELP : HELP}`);
  checkCoding(coding);
  return uploads.admit(body, maxBytes + (isForm ? FORM_OVERHEAD : 0), async (upload) => {
    const jpeg = isForm ? await readForm(upload, type, maxBytes) : await upload.read();
    checkJpeg(jpeg);
    return use(jpeg);
  });
}

async function readForm(upload: Upload, type: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = await upload.read();
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => {
    throw new HttpError(400, 'bad_form', 'the body is no multipart/form-data, or is cut off');
  });
  const files = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [] : [{ name, file: value }]));
  for (const [name, value] of form) {
    if (typeof value === 'string')
      throw new HttpError(400, 'unknown_field', `form field ${JSON.stringify(name.slice(0, 100))}: ${fieldHelp(name)}`);
  }
  if (files.length > 1)
    throw new HttpError(400, 'several_files', `the form holds ${files.length} files: send each by itself`);
  const file = files[0]?.file;
  if (!file)
    throw new HttpError(400, 'no_file', 'the form holds no file: send one, as curl -F picture=@photo.jpg does');
  if (file.size > maxBytes) throw new HttpError(413, 'too_large', `the picture is larger than ${maxBytes} bytes`);
  return new Uint8Array(await file.arrayBuffer());
}

/** What a frame is said to be stands in the address: it is read before the body is. */
const fieldHelp = (name: string) =>
  `a form holds the picture alone, as a file (curl -F picture=@photo.jpg); ${PARAMETERS.includes(name) ? `put it into the address: ?${name}=` : 'what is said of it stands in the address'}`;

function checkJpeg(bytes: Uint8Array): void {
  try {
    judgeJpeg(bytes);
  } catch (error) {
    if (!(error instanceof JpegError)) throw error;
    throw new HttpError(400, error.kind === 'empty' ? 'empty' : 'bad_jpeg', error.message);
  }
}
