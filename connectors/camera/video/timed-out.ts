/** Why a camera is offline that does not answer in time, by whatever protocol: to programs it is the reason code `timeout`. */
export const TIMED_OUT = 'no answer (timed out)';
