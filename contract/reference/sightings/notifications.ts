import { deliveriesAnswer, deliveryAnswer, ruleAnswer, ruleSpec, rulesAnswer, ruleTestAnswer } from '../../index.ts';
import { inPath, integer, type Operation, query, type Refusal } from '../operation.ts';
import { AWAY } from './away.ts';

const JSON_TYPE = ['application/json'];
const NOT_OWN: Refusal = {
  status: 403,
  codes: ['origin'],
  description: 'A page of another origin, an allowed one included.',
};
const NOT_JSON: Refusal = { status: 415, codes: ['media_type'], description: 'Not `application/json`.' };
const noSuchRule: Refusal = { status: 404, codes: ['no_such_rule'], description: 'There is no such rule.' };
const id = inPath('id', 'The id of the rule.');

/** Rules and deliveries of the function that notifies, as results-ws passes them on. */
export const NOTIFICATIONS: Operation[] = [
  {
    method: 'get',
    path: '/api/rules',
    summary: 'All rules, without anything secret',
    answers: [{ status: 200, description: 'All rules, by name', schema: rulesAnswer }],
    refusals: [{ status: 400, codes: ['unknown_parameter'], description: 'There are no parameters.' }, ...AWAY],
  },
  {
    method: 'put',
    path: '/api/rules/{id}',
    summary: 'Add or change a rule',
    description: 'Secrets that are left out stay as they are; `null` removes them.',
    parameters: [id],
    body: { description: 'The rule.', schema: ruleSpec, types: JSON_TYPE },
    answers: [{ status: 200, description: 'The rule as it is kept', schema: ruleAnswer }],
    refusals: [
      { status: 400, codes: ['rule_id', 'rule', 'incomplete'], description: 'What is wrong with it.' },
      NOT_OWN,
      { status: 409, codes: ['too_many_rules'], description: 'No more rules are kept.' },
      { status: 413, codes: ['too_large'], description: 'The body is too large.' },
      ...AWAY,
    ],
  },
  {
    method: 'delete',
    path: '/api/rules/{id}',
    summary: 'Remove a rule',
    description: 'What still waits to be delivered for it is given up.',
    parameters: [id],
    answers: [{ status: 204, description: 'It is removed' }],
    refusals: [NOT_OWN, noSuchRule, ...AWAY],
  },
  {
    method: 'post',
    path: '/api/rules/{id}/test',
    summary: 'Send a test notification to each target now',
    parameters: [id],
    body: { description: 'An empty object.', types: JSON_TYPE },
    answers: [{ status: 200, description: 'What each receiver answered', schema: ruleTestAnswer }],
    refusals: [NOT_OWN, NOT_JSON, noSuchRule, ...AWAY],
  },
  {
    method: 'get',
    path: '/api/deliveries',
    summary: 'Deliveries, the newest first',
    parameters: [
      query('rule', 'Of one rule only.'),
      query('state', 'Of one state only.', { enum: ['waiting', 'delivered', 'dead'] }),
      query('limit', 'How many at most.', integer(1, 500, 50)),
      query('cursor', 'The `next` of the page before.', { type: 'integer', minimum: 1 }),
    ],
    answers: [{ status: 200, description: 'A page of deliveries', schema: deliveriesAnswer }],
    refusals: [
      {
        status: 400,
        codes: ['rule', 'state', 'limit', 'cursor', 'unknown_parameter'],
        description: 'The parameter of that name.',
      },
      ...AWAY,
    ],
  },
  {
    method: 'post',
    path: '/api/deliveries/{id}/retry',
    summary: 'Send a delivery again that was given up',
    parameters: [inPath('id', 'The id of the delivery.')],
    body: { description: 'An empty object.', types: JSON_TYPE },
    answers: [{ status: 200, description: 'The delivery, which waits again', schema: deliveryAnswer }],
    refusals: [
      { status: 400, codes: ['delivery'], description: 'No id of a delivery.' },
      NOT_OWN,
      { status: 404, codes: ['no_such_delivery'], description: 'There is none, or it is not kept any more.' },
      { status: 409, codes: ['not_dead'], description: 'It was not given up.' },
      NOT_JSON,
      ...AWAY,
    ],
  },
];
