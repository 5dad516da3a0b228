import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './run.ts';

/** OpenCV 5 has no cascade classifier any more. */
const REQUIREMENTS = ['pika>=1.3,<2', 'opencv-python-headless<5', 'onnxruntime', 'numpy', 'prometheus-client'];
/** Published trackers, and the usual measures of tracking. */
const TRACKERS = ['trackers>=2.6,<3', 'motmetrics==1.4.0'];
const CACHE = 'node_modules/.cache/framewire';

/** The interpreter of an environment with what the worker needs, made at the first call. @throws Error that says what failed. */
export const preparePython = (say: (line: string) => void): string => prepare('bench-python', REQUIREMENTS, say);

/** The interpreter of one with published trackers. @throws Error that says what failed. */
export const prepareTrackers = (say: (line: string) => void): string => prepare('bench-trackers', TRACKERS, say);

function prepare(name: string, requirements: string[], say: (line: string) => void): string {
  const folder = resolve(CACHE, name);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'requirements');
  const wanted = createHash('sha256').update(requirements.join('\n')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  say(`a Python environment with ${requirements.join(', ')}`);
  run('python3', ['-m', 'venv', '--clear', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]);
  writeFileSync(stamp, wanted);
  return python;
}

/** Which OpenCV and which ONNX Runtime it has. */
export const versionsOf = (python: string): string =>
  run(python, [
    '-c',
    'import cv2, onnxruntime; print(f"OpenCV {cv2.__version__} and ONNX Runtime {onnxruntime.__version__}")',
  ]).trim();

/** Which version of `trackers` it has. */
export const trackerVersions = (python: string): string =>
  run(python, ['-c', 'from importlib.metadata import version; print(f"trackers {version(\'trackers\')}")']).trim();
