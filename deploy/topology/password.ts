import { createHash } from 'node:crypto';
import type { ActualUser } from './actual-state.ts';

const DIGEST: Record<string, string> = {
  rabbit_password_hashing_sha256: 'sha256',
  rabbit_password_hashing_sha512: 'sha512',
};

/** Whether this is a user's password: RabbitMQ keeps four bytes of salt and the digest of salt and password. */
export function isPassword(password: string, { password_hash, hashing_algorithm }: ActualUser): boolean {
  const algorithm = DIGEST[hashing_algorithm];
  if (!algorithm) return false;
  const kept = Buffer.from(password_hash, 'base64');
  const salt = kept.subarray(0, 4);
  return createHash(algorithm).update(salt).update(password).digest().equals(kept.subarray(4));
}
