import { JpegError, judgeJpeg } from '@framewire/contract';
import { HttpError } from '@framewire/runtime';
import { readBody, tooLarge, type UploadLimits } from './body.ts';

const RAW_TYPES = ['', 'image/jpeg', 'image/jpg', 'application/octet-stream'];
const FORM_TYPE = 'multipart/form-data';
/** What a form may hold beside the picture: boundaries, headers of its parts, small fields. */
const FORM_OVERHEAD = 16 * 1024;

/**
 * The JPEG that a request carries: its body, or the first file of a form.
 * @throws HttpError 400 when it is empty, no JPEG or damaged; 408, 413, 415.
 */
export async function readPicture(request: Request, limits: UploadLimits): Promise<Uint8Array<ArrayBuffer>> {
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  let jpeg: Uint8Array<ArrayBuffer>;
  if (type === FORM_TYPE) jpeg = await readForm(request, limits);
  else if (RAW_TYPES.includes(type)) jpeg = await readBody(request, limits);
  else throw new HttpError(415, 'media_type', `${type} is not taken: send a JPEG as image/jpeg, or a form with a file`);
  checkJpeg(jpeg);
  return jpeg;
}

async function readForm(request: Request, limits: UploadLimits): Promise<Uint8Array<ArrayBuffer>> {
  const body = await readBody(request, limits, FORM_OVERHEAD);
  const headers = { 'content-type': request.headers.get('content-type')! };
  const form = await new Response(body, { headers }).formData().catch(() => {
    throw new HttpError(400, 'bad_form', 'the body is no multipart/form-data, or is cut off');
  });
  const file = [...form.values()].find((value) => typeof value !== 'string');
  if (!file)
    throw new HttpError(400, 'no_file', 'the form holds no file: send one, as curl -F picture=@photo.jpg does');
  if (file.size > limits.maxBytes) throw tooLarge(limits.maxBytes);
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
