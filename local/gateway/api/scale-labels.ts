/** Prefix of the labels that bound the replicas of a function. */
export const SCALE_LABEL = 'com.openfaas.scale.';

/** The most replicas of one function that the OpenFaaS community edition deploys. */
export const MAX_REPLICAS = 5;

/** The most replicas of one of the system's own functions on this machine, whose cores are the real bound. */
export const MAX_PROCESSES = 64;

const DEFAULTS = { min: 1, max: MAX_REPLICAS, factor: 10 };

/** How a function may be scaled, by its labels or as OpenFaaS does without them. `factor` is a step's size in percent of the maximum. */
export function readScaleLabels(labels: Record<string, string>): typeof DEFAULTS {
  const read = (name: keyof typeof DEFAULTS) => {
    const n = Number(labels[SCALE_LABEL + name] ?? DEFAULTS[name]);
    return Number.isInteger(n) && n >= 0 ? n : DEFAULTS[name];
  };
  return { min: read('min'), max: read('max'), factor: read('factor') };
}
