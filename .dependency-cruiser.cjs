/** Imports run one way: parts -> runtime -> contract. A part never reaches into another part. */
const parts = '^(functions/[^/]+|connectors/[^/]+|deploy/topology|local|dashboard)/';
/** Test code: only tests, folders named testing, and each other import it. */
const tests = '^(testkit|e2e|bench|resilience)/|/testing/|\\.test\\.ts$';
/** The files of a part that test code may import; of any other part its handler.ts and its testing/. */
const entries = [
  '/handler\\.ts$',
  '/testing/',
  '^connectors/camera/demo/scene\\.ts$',
  '^connectors/camera/motion/(gate|grey/decode)\\.ts$',
  '^functions/detect-faces/detectors/(create|detector)\\.ts$',
  '^dashboard/dev/stand-in\\.ts$',
  '^deploy/topology/apply\\.ts$',
  '^local/broker/rabbitmq\\.ts$',
  '^local/supervisor/(free-ports|process-identity)\\.ts$',
  '^local/gateway/(server|faas-provider|api/secret-store|api/scale-labels)\\.ts$',
];
module.exports = {
  forbidden: [
    {
      name: 'contract-is-pure',
      comment: 'contract/ runs in a browser too: no Node module, no other folder of ours',
      severity: 'error',
      from: { path: '^contract/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(runtime|functions|connectors|deploy|local|dashboard)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'contract-no-node',
      severity: 'error',
      from: { path: '^contract/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'runtime-knows-no-part',
      severity: 'error',
      from: { path: '^runtime/' },
      to: { path: '^(functions|connectors|deploy|local|dashboard)/' },
    },
    {
      name: 'parts-stand-alone',
      comment: 'a part talks to another over the wire, never by import',
      severity: 'error',
      from: { path: parts },
      to: { path: parts, pathNot: '^$1/' },
    },
    {
      name: 'product-knows-no-tests',
      comment: 'testkit/, testing/, e2e/, bench/ and resilience/ are for tests alone',
      severity: 'error',
      from: { path: '^(contract|runtime|functions|connectors|deploy|local|dashboard/src)/', pathNot: tests },
      to: { path: tests },
    },
    {
      name: 'parts-by-their-entry',
      comment: 'test code imports a part only by its entries',
      severity: 'error',
      from: { path: '^(testkit|e2e|bench|resilience)/' },
      to: { path: parts, pathNot: entries },
    },
    {
      name: 'setup-by-settings',
      comment: 'setup/ imports the settings of a part for the reference, and the RabbitMQ of local/ for tests',
      severity: 'error',
      from: { path: '^setup/' },
      to: { path: parts, pathNot: '/settings\\.ts$|^local/broker/rabbitmq\\.ts$' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-undeclared',
      comment: 'every npm package that a part imports stands in its own package.json',
      severity: 'error',
      from: { path: parts, pathNot: '\\.test\\.ts$|/testing/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default', 'svelte'] },
  },
};
