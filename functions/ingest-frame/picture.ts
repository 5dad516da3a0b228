import { JpegError, judgeJpeg } from '@framewire/contract';
import { type Body, HttpError, type Upload, type Uploads } from '@framewire/runtime';

const RAW_TYPES = ['', 'image/jpeg', 'image/jpg', 'application/octet-stream'];
const FORM_TYPE = 'multipart/form-data';
/** What a form may hold beside the picture: boundaries, headers of its parts, small fields. */
const FORM_OVERHEAD = 16 * 1024;

/**
 * The JPEG that a request carries, its body or the first file of a form, and what is done with it: until that has ended it counts as
 * held.
 * @throws HttpError 400 when it is empty, no JPEG or damaged; 408, 413, 415, 429.
 */
export function withPicture<T>(
  { body, type }: { body: Body; type: string },
  { uploads, maxBytes }: { uploads: Uploads; maxBytes: number },
  use: (jpeg: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const [media] = type
    .toLowerCase()
    .split(';', 1)
    .map((part) => part.trim());
  const isForm = media === FORM_TYPE;
  if (!isForm && !RAW_TYPES.includes(media!))
    throw new HttpError(415, 'media_type', `${media} is not taken: send a JPEG as image/jpeg, or a form with a file`);
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
  const file = [...form.values()].find((value) => typeof value !== 'string');
  if (!file)
    throw new HttpError(400, 'no_file', 'the form holds no file: send one, as curl -F picture=@photo.jpg does');
  if (file.size > maxBytes) throw new HttpError(413, 'too_large', `the picture is larger than ${maxBytes} bytes`);
  return new Uint8Array(await file.arrayBuffer());
}

function checkJpeg(bytes: Uint8Array): void {
  try {
    judgeJpeg(bytes);
  } catch (error) {
    if (!(error instanceof JpegError)) throw error;
    throw new HttpError(400, error.kind === 'empty' ? 'empty' : 'bad_jpeg', error.message);
  }
}
