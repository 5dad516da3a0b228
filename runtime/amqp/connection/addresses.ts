/** The nodes of one broker, as `AMQP_URL` names them: one address, or several with commas between them. */

/** A comma in a password separates nothing: what follows one has to be an address. */
export const splitAddresses = (text: string): string[] => text.split(/,\s*(?=amqps?:\/\/)/);

/** Goes round the addresses of a broker. It begins with any of them, so that the parts of a system spread over the nodes. */
export interface AddressRound {
  /** The address to connect to at present. */
  readonly current: string;
  readonly size: number;
  /** Turns to the next address. */
  next(): void;
}

/** @param random from 0 up to 1. */
export function createRound(text: string, random: number = Math.random()): AddressRound {
  const addresses = splitAddresses(text);
  let at = Math.floor(random * addresses.length);
  return {
    get current() {
      return addresses[at]!;
    },
    size: addresses.length,
    next() {
      at = (at + 1) % addresses.length;
    },
  };
}
