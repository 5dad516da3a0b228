/**
 * The one list of programs from outside npm: the command that is looked for, Debian's package that brings it, and which of our
 * commands needs it. `instead` names a setting that makes it unnecessary.
 */
export const PACKAGES = [
  {
    command: '/usr/lib/rabbitmq/bin/rabbitmq-server',
    debian: 'rabbitmq-server',
    for: ['start', 'test'],
    instead: 'AMQP_URL',
  },
  { command: 'epmd', debian: 'erlang-base', for: ['start', 'test'], instead: 'AMQP_URL' },
  { command: 'prometheus', debian: 'prometheus', for: ['start', 'test'], instead: 'PROMETHEUS_URL' },
  {
    command: 'prometheus-alertmanager',
    debian: 'prometheus-alertmanager',
    for: ['start', 'test'],
    instead: 'PROMETHEUS_URL',
  },
  { command: 'ffmpeg', debian: 'ffmpeg', for: ['start', 'test'] },
  // without it pictures are decoded by sharp, which takes longer
  { command: '/usr/share/doc/libturbojpeg0', debian: 'libturbojpeg0', for: ['start', 'test'] },
  { command: 'setpriv', debian: 'util-linux', for: ['start', 'test'] },
  { command: 'chromium', debian: 'chromium', for: ['e2e'] },
  { command: '/usr/lib/python3/dist-packages/pika/__init__.py', debian: 'python3-pika', for: ['e2e'] },
  { command: '/usr/share/doc/python3-venv', debian: 'python3-venv', for: ['bench'] },
];
