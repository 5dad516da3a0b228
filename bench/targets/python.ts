import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './run.ts';

/** OpenCV 5 has no cascade classifier any more. */
const REQUIREMENTS = ['pika>=1.3,<2', 'opencv-python-headless<5', 'onnxruntime', 'numpy', 'prometheus-client'];
const FOLDER = resolve('node_modules/.cache/framewire/bench-python');

/** The interpreter of an environment with what the worker needs, made at the first call. @throws Error that says what failed. */
export function preparePython(say: (line: string) => void): string {
  const python = join(FOLDER, 'bin', 'python');
  const stamp = join(FOLDER, 'requirements');
  const wanted = createHash('sha256').update(REQUIREMENTS.join('\n')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  say(`a Python environment with ${REQUIREMENTS.join(', ')}`);
  run('python3', ['-m', 'venv', '--clear', FOLDER]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...REQUIREMENTS]);
  writeFileSync(stamp, wanted);
  return python;
}

/** Which OpenCV and which ONNX Runtime it has. */
export const versionsOf = (python: string): string =>
  run(python, [
    '-c',
    'import cv2, onnxruntime; print(f"OpenCV {cv2.__version__} and ONNX Runtime {onnxruntime.__version__}")',
  ]).trim();
