import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether it names this machine and nothing else: an address of loopback, or `localhost`. A name such as 127.example.org does not. */
export const isLoopback = (host: string): boolean => host.toLowerCase() === 'localhost' || contains(LOOPBACK, host);

/** Whether it stands for every address of this machine. */
export const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** `10.0.0.0/8`, `fd00::/8`, `192.0.2.1`. */
export function isSubnet(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

/** @param trusted `loopback`, addresses and subnets. Returns whether a peer is one of them. */
export function trustedProxies(trusted: string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const each of trusted.filter((text) => text !== 'loopback')) {
    const [address = '', bits] = each.split('/');
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  const loopback = trusted.includes('loopback');
  return (address) => address !== undefined && ((loopback && contains(LOOPBACK, address)) || contains(list, address));
}

const contains = (list: BlockList, address: string) => isIP(address) > 0 && list.check(address, familyOf(address));

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
