import { lookup as lookupName } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Why an address is refused: a sentence for a person. */
export class RefusedAddress extends Error {
  override name = 'RefusedAddress';
}

/**
 * Keeps webhooks from the services of this machine and of its cloud. Whoever writes rules chooses the address and reads the beginning of
 * the answer, so it must not be one that trusts this machine: loopback, the addresses of its own interfaces, link-local ones (there a
 * cloud hands out credentials), wildcards and multicast. Machines of a private network may be receivers.
 */
export interface AddressGuard {
  /** For a connection: gives only addresses that may be reached, looked up at that moment, so a name that changes gets round nothing. */
  lookup(port: number): LookupFunction;
  /** An address that is written as a number is not looked up. @throws RefusedAddress */
  check(host: string, port: number): void;
}

const REFUSED = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  REFUSED.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  REFUSED.addSubnet(net, bits, 'ipv6');

/** @param allowed hosts or `host:port` that may be reached all the same, as a person writes them in a url. */
export function createAddressGuard(allowed: readonly string[]): AddressGuard {
  const names = new Set(allowed.map((one) => one.toLowerCase()));
  const isAllowed = (host: string, port: number) => names.has(host) || names.has(`${host}:${port}`);
  const bare = (host: string) => host.replace(/^\[|\]$/g, '').toLowerCase();

  function check(host: string, port: number): void {
    const address = bare(host);
    if (isIP(address) === 0 || isAllowed(address, port) || isAllowed(`[${address}]`, port)) return;
    if (isOfThisMachine(address)) throw refusal(address);
  }

  return {
    check,
    lookup: (port) => (name, options, done) => {
      const host = bare(name);
      lookupName(host, { ...options, all: true }, (error, addresses) => {
        if (error) return done(error, '');
        const good = isAllowed(host, port)
          ? addresses
          : addresses.filter(({ address }) => isAllowed(address, port) || !isOfThisMachine(address));
        if (good.length === 0) return done(refusal(host), '');
        if (options.all) done(null, good);
        else done(null, good[0]!.address, good[0]!.family);
      });
    },
  };
}

const refusal = (host: string) =>
  new RefusedAddress(
    `${host} is an address of this machine or of its cloud: WEBHOOK_ALLOW names those that may be reached all the same`,
  );

function isOfThisMachine(address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (REFUSED.check(address, family)) return true;
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return Object.values(networkInterfaces()).some((all) => all?.some((own) => own.address === plain));
}
