import { spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { measureRound, type Round } from '../connectors/round.ts';
import { type ConnectorTarget, ours, templum } from '../connectors/targets.ts';
import type { Scenario, Section } from './scenario.ts';

/** The RabbitMQ connector against Templum's: the same gateway, broker, kind of queue and empty function. */
export const connectors: Scenario = {
  name: 'connectors',
  async run({ broker, frames, quick, rounds, log, say }) {
    const binary = process.env.TEMPLUM_CONNECTOR;
    if (!binary) say('without Templum: TEMPLUM_CONNECTOR does not name a built connector');
    const targets = binary ? [ours, templum(binary)] : [ours];
    const measured = new Map<ConnectorTarget, Round[]>(targets.map((target) => [target, []]));
    for (let number = 1; number <= rounds; number++) {
      for (const [target, list] of measured) {
        const windowMs = quick ? 4_000 : 8_000;
        const round = await measureRound(target, { broker, jpeg: frames.jpegs[0]!, windowMs, log });
        list.push(round);
        say(
          `round ${number} of ${rounds}, ${target.name}: ${figure(round.rate)} frames/s, ${figure(round.cpu.connector)} ms a frame; killed: ${round.killed.lost} of ${round.killed.confirmed} lost, ${round.killed.repeated} twice; gateway away: ${round.away.lost} of ${round.away.confirmed} lost`,
        );
      }
    }
    return [report(measured)];
  },
};

function report(measured: ReadonlyMap<ConnectorTarget, Round[]>): Section {
  const gateway = [...measured.values()][0]?.[0]?.gateway;
  return {
    title: 'Connectors',
    text: [
      `Both take frames from a quorum queue to a function that answers 200 at once, through ${gateway}, 48 frames under way; milliseconds of CPU a frame.`,
      `[Templum's](https://github.com/Templum/rabbitmq-connector) sends no outcome anywhere; framewire's publishes one for each frame and waits for its confirm before it acks.`,
      `Then, at half of that rate, the connector is killed (\`kill -9\`) and started again, five times a round, and the gateway is away for 5 s: frames that the broker had confirmed and that never reached the function, and frames that reached it twice, of all rounds. Frames that framewire's full queue refused are not counted, as their producer got the refusal.`,
      `Templum's acks a frame unseen while it knows no function for it, and knows none any more once the gateway did not answer.`,
    ].join(' '),
    table: {
      head: [
        '',
        'frames/s',
        'connector',
        'RabbitMQ',
        'gateway',
        'killed: lost',
        'twice',
        'gateway away: lost',
        'twice',
      ],
      rows: [...measured].map(([{ name }, rounds]) => {
        const over = (value: (round: Round) => number) => withSpread(spread(rounds.map(value)));
        const sum = (value: (round: Round) => number) => rounds.reduce((total, round) => total + value(round), 0);
        return [
          name,
          over(({ rate }) => rate),
          over(({ cpu }) => cpu.connector),
          over(({ cpu }) => cpu.rabbitmq),
          over(({ cpu }) => cpu.gateway),
          `${sum(({ killed }) => killed.lost)} of ${sum(({ killed }) => killed.confirmed)}`,
          `${sum(({ killed }) => killed.repeated)}`,
          `${sum(({ away }) => away.lost)} of ${sum(({ away }) => away.confirmed)}`,
          `${sum(({ away }) => away.repeated)}`,
        ];
      }),
    },
  };
}
