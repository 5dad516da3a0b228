import { afterAll, beforeAll, describe } from 'vitest';
import { callContract } from './calls.ts';
import { functionContract } from './functions.ts';
import { logContract } from './logs.ts';
import { scalingContract } from './scaling.ts';
import { secretContract } from './secrets.ts';
import { createCaller, type Target } from './target.ts';
import { createTrial } from './trial.ts';

/**
 * What the system and faas-cli expect of an OpenFaaS gateway: the same tests against the local one and against a real one.
 * It deploys one function, `contract-probe`, and a secret of that name, and takes both away again.
 */
export function gatewayContract(target: Target): void {
  describe('an OpenFaaS gateway', () => {
    const trial = createTrial(target, createCaller(target));
    beforeAll(async () => {
      await trial.clean();
      await trial.deploy();
      await trial.ready();
    }, 2 * target.patience);
    afterAll(() => trial.clean(), target.patience);

    callContract(trial);
    functionContract(trial);
    scalingContract(trial);
    logContract(trial);
    secretContract(trial);
  });
}
