/** The weights of YuNet that are known, and where they come from. Needs nothing but Node. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { download, sha256 } from './download.mjs';

const COMMIT = '0047ac24afb1a50a0c6105001c89d1b5b805dbf1';
export const ORIGIN = `https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/${COMMIT}/onnx`;

/** The first is the one that is used unless YUNET_MODEL says otherwise. */
export const MODELS = [
  {
    file: 'yunet_n_320_320.onnx',
    bytes: 317_434,
    sha256: '81dbde155e982455488235acb8ec2dec5d647edf7cf7080d33e4abb69b93a0d2',
  },
  {
    file: 'yunet_n_640_640.onnx',
    bytes: 317_466,
    sha256: '25a606a145a5b6d7271ae138fbd00eba91dad8b83222ae3f2c7ecd0f4a7b0e31',
  },
  {
    file: 'yunet_s_320_320.onnx',
    bytes: 232_557,
    sha256: 'beb05bf2378aee45cd7c41056da07265b7bb91041ed1b06f923819a9c744ec36',
  },
];

/** Whether the file is there, with the content that was pinned. */
export const isThere = (file, model) => existsSync(file) && sha256(readFileSync(file)) === model.sha256;

/** A folder to download from. @param mirror instead of the origin. */
export const addressOf = (model, mirror) => `${(mirror || ORIGIN).replace(/\/$/, '')}/${model.file}`;

/**
 * What a start does: tries once to bring the first weights to a folder, until the signal ends it.
 * @throws Error with the reason why they could not be downloaded.
 */
export async function bringFirst(folder, { mirror, signal }) {
  const [model] = MODELS;
  await download(addressOf(model, mirror), join(folder, model.file), { ...model, signal, attempts: 1 });
}
