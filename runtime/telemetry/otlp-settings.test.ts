import { describe, expect, it } from 'vitest';
import { createSampler, readTraceSettings } from './otlp-settings.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
const read = (env: Record<string, string>) => readTraceSettings({ ...ENDPOINT, ...env })!;

describe("OpenTelemetry's variables", () => {
  it('switch traces on by naming an endpoint, and off', () => {
    expect(readTraceSettings({})).toBeUndefined();
    expect(read({ OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
    expect(read({ OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
    expect(read({}).OTEL_EXPORTER_OTLP_ENDPOINT).toBe('http://collector:4318/v1/traces');
    const whole = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other/take' };
    expect(read(whole).OTEL_EXPORTER_OTLP_ENDPOINT).toBe('http://other/take');
  });

  it('are refused with a message where a value is not supported', () => {
    expect(() =>
      read({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'collector',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
        OTEL_TRACES_SAMPLER: 'xray',
        OTEL_TRACES_SAMPLER_ARG: '2',
      }),
    ).toThrow(
      'OTEL_EXPORTER_OTLP_ENDPOINT: "collector/v1/traces"; allowed: http://... or https://...\n' +
        'OTEL_EXPORTER_OTLP_PROTOCOL: "grpc"; allowed: http/protobuf\n' +
        'OTEL_TRACES_SAMPLER: "xray"; allowed: always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio\n' +
        'OTEL_TRACES_SAMPLER_ARG: "2"; allowed: a number from 0 to 1',
    );
  });
});

describe('a sampler', () => {
  const trace = (random: string) => `0af7651916cd43dd84${random}`;
  const sampler = (OTEL_TRACES_SAMPLER: string, OTEL_TRACES_SAMPLER_ARG = '') =>
    createSampler(read({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }));

  it('takes a share by the last bytes of the trace id', () => {
    const quarter = sampler('traceidratio', '0.25');
    expect(quarter(trace('c0000000000000'), undefined)).toBe(true);
    expect(quarter(trace('bfffffffffffff'), undefined)).toBe(false);
    expect(sampler('traceidratio', '1')(trace('00000000000000'), undefined)).toBe(true);
    expect(sampler('traceidratio', '0')(trace('ffffffffffffff'), undefined)).toBe(false);
  });

  it('follows the caller where it is to', () => {
    expect(sampler('parentbased_always_off')(trace('00000000000001'), true)).toBe(true);
    expect(sampler('parentbased_always_on')(trace('00000000000001'), false)).toBe(false);
    expect(sampler('parentbased_always_off')(trace('00000000000001'), undefined)).toBe(false);
    expect(sampler('always_off')(trace('00000000000001'), true)).toBe(false);
  });
});
