// The direction of imports: cli → report → replay → record → core, and nothing the other way.
const only = (name, from, ...allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|test|fixtures|bench)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    only('core-imports-nothing', '^src/core/', '^src/core/'),
    only('record-on-core', '^src/record/', '^src/(core|record)/'),
    only('recording-on-core', '^src/record/recording/', '^src/(core|record/recording)/'),
    only('detect-on-core', '^src/replay/detect/', '^src/(core|replay/detect)/'),
    only('synthetic-on-core', '^src/replay/synthetic/', '^src/(core|replay/synthetic)/'),
    only('evaluate-below-tune', '^src/replay/evaluate/', '^src/(core|replay/(detect|evaluate))/'),
    only('cause-on-detect', '^src/replay/cause/', '^src/(core|replay/(cause|detect|startup))'),
    only('replay-reads-recordings', '^src/replay/', '^src/(core|replay|record/recording)/'),
    only(
      'report-takes-results',
      '^src/report/',
      '^src/(core|report|replay/(detect|evaluate|tune))/',
    ),
    only('fixtures-alone', '^fixtures/', '^fixtures/'),
    only('cli-on-src', '^src/cli/', '^src/'),
    {
      name: 'pure-core-without-io',
      severity: 'error',
      from: {
        path: '^src/(core|replay/(cause|detect|evaluate|synthetic)|report/(?!page/|write))',
      },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|zlib)$' },
    },
    {
      name: 'replay-without-clock-network-cluster',
      severity: 'error',
      from: { path: '^src/replay/' },
      to: { path: '(^(node:)?(net|tls|http|https|timers)$|client-node)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs'] },
  },
};
