import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import koffi from 'koffi';
import type { InferenceSession } from 'onnxruntime-node';

/** The execution providers of ONNX Runtime that its package for Node has on Linux. */
export const PROVIDERS = ['cpu', 'cuda', 'tensorrt'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** A provider that was asked for before the one that is used, and why it cannot be. */
export interface MissingProvider {
  provider: Provider;
  reason: string;
}

/** Opens models on the first execution provider that can run them. What a provider has no kernel for runs on the CPU within it. */
export interface Sessions {
  /** @throws Error that names every provider and why it cannot run the model. */
  open(model: string | Uint8Array): Promise<InferenceSession>;
  /** The one that the last model runs on; undefined before. */
  readonly provider: Provider | undefined;
  /** Those before it. */
  readonly missing: readonly MissingProvider[];
}

/** One thread for each model: `run` computes on the thread that calls it. */
const OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
} as const;

/** @param providers in the order in which they are tried. */
export function createSessions(providers: readonly Provider[]): Sessions {
  let provider: Provider | undefined;
  let missing: MissingProvider[] = [];
  return {
    get provider() {
      return provider;
    },
    get missing() {
      return missing;
    },
    async open(model) {
      missing = [];
      for (const each of providers) {
        try {
          const session = await openOn(each, model);
          provider = each;
          return session;
        } catch (error) {
          if (providers.length === 1 && each === 'cpu') throw error; // about the model and nothing else
          missing.push({ provider: each, reason: firstLine(error as Error) });
        }
      }
      throw new Error(noneOf(missing));
    },
  };
}

/** Of a detector that does not use ONNX Runtime. @throws Error if `cpu` is not among the providers. */
export function onlyCpu(detector: string, providers: readonly Provider[]): MissingProvider[] {
  const before = providers.includes('cpu') ? providers.slice(0, providers.indexOf('cpu')) : providers;
  const missing = before.map((provider) => ({ provider, reason: `${detector} runs on the CPU` }));
  if (!providers.includes('cpu')) throw new Error(noneOf(missing));
  return missing;
}

const noneOf = (missing: MissingProvider[]) =>
  `no provider of EXECUTION_PROVIDERS can run it: ${missing.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ')}`;

/** @throws Error if the provider is not installed, has no device, or cannot run the model. */
async function openOn(provider: Provider, model: string | Uint8Array): Promise<InferenceSession> {
  const ort = await import('onnxruntime-node');
  const backends = ort.listSupportedBackends();
  const backend = backends.find(({ name }) => name === provider);
  if (!backend) throw new Error(`this build of ONNX Runtime has ${backends.map(({ name }) => name).join(', ')}`);
  if (!backend.bundled) for (const library of ['shared', provider]) load(libraryOf(library));
  const options = { ...OPTIONS, executionProviders: [provider] };
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options);
}

/** Where the package keeps what its install script adds. */
function libraryOf(provider: string): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
  return join(folder, `libonnxruntime_providers_${provider}.so`);
}

/**
 * Loads a library before ONNX Runtime does, which keeps the reason of a failure to lines of its own on standard error.
 * @throws Error with what is missing: the file itself, or a library of CUDA or of the driver.
 */
export function load(file: string): void {
  if (!existsSync(file)) throw new Error(`${file} is not installed`);
  try {
    koffi.load(file, { global: true });
  } catch (error) {
    throw new Error(`${basename(file)}: ${(error as Error).message}`);
  }
}

const firstLine = ({ message }: Error) => message.trim().split('\n')[0]!;
