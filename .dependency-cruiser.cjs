/** Imports run one way: parts -> runtime -> contract. A part never reaches into another part. */
const parts = '^(functions/[^/]+|connectors/[^/]+|deploy/topology|local|dashboard)/';
module.exports = {
  forbidden: [
    {
      name: 'contract-is-pure',
      comment: 'contract/ runs in a browser too: no Node module, no other folder of ours',
      severity: 'error',
      from: { path: '^contract/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(runtime|functions|connectors|deploy|local|dashboard|e2e|bench)/',
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
      to: { path: '^(functions|connectors|deploy|local|dashboard|e2e|bench)/' },
    },
    {
      name: 'parts-stand-alone',
      comment: 'a part talks to another over the wire, never by import',
      severity: 'error',
      from: { path: parts },
      to: { path: parts, pathNot: '^$1/' },
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
