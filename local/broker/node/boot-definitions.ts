import { createHash, randomBytes } from 'node:crypto';

/** The administrator of a private node. */
export interface NodeAdmin {
  name: string;
  password: string;
}

/**
 * What a node takes in at each boot, so that its administrator is the same also where its data is new. Since it takes in something,
 * RabbitMQ makes no user `guest` of its own.
 */
export const bootDefinitions = ({ name, password }: NodeAdmin): string =>
  JSON.stringify({
    vhosts: [{ name: '/', default_queue_type: 'quorum', metadata: { default_queue_type: 'quorum' } }],
    users: [
      {
        name,
        password_hash: hash(password),
        hashing_algorithm: 'rabbit_password_hashing_sha256',
        tags: 'administrator',
      },
    ],
    permissions: [{ user: name, vhost: '/', configure: '.*', write: '.*', read: '.*' }],
  });

/** As RabbitMQ keeps a password: four bytes of salt, and the digest of salt and password. */
function hash(password: string): string {
  const salt = randomBytes(4);
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}
