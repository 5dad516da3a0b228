import { join } from 'node:path';
import { createFolderStore } from './folder-store.ts';
import type { PictureStore } from './picture-store.ts';
import { createS3Store } from './s3-store.ts';

/** Where the settings want pictures. */
export function openPictures(config: {
  DATA: string;
  S3_URL?: string;
  S3_REGION: string;
  S3_ACCESS_KEY?: string;
  S3_SECRET_KEY?: string;
}): PictureStore {
  const { DATA, S3_URL, S3_REGION, S3_ACCESS_KEY = '', S3_SECRET_KEY = '' } = config;
  if (!S3_URL) return createFolderStore(join(DATA, 'pictures'));
  return createS3Store({
    url: S3_URL,
    region: S3_REGION,
    accessKeyId: S3_ACCESS_KEY,
    secretAccessKey: S3_SECRET_KEY,
  });
}
