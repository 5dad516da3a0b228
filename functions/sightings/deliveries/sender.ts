import type { CloudEvent, TargetKind } from '@framewire/contract';

/** How an attempt ended. `reason` and `message` are for a person and hold nothing secret. */
export type Attempt =
  | { ok: true; message: string }
  | {
      ok: false;
      reason: string;
      /** It would fail again: the receiver refuses this notification, or there is none. */
      final?: boolean;
      /** The receiver asks not to be asked again before, milliseconds from now. */
      retryAfterMs?: number;
    };

/** Sends to one kind of target. An attempt ends within `ATTEMPT_MS`, and no call rejects. */
export interface Sender<T> {
  send(event: CloudEvent, target: T): Promise<Attempt>;
}

/** An attempt that takes longer has failed, milliseconds. */
export const ATTEMPT_MS = 10_000;

export type TargetOf = { rule_id: string; target_id: string; kind: TargetKind };
