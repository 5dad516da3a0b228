/** From an empty start to a notification, as a person does it: a camera, a zone on its picture, a rule, and somebody who walks through. */
import type { CloudEvent } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import mqtt, { type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../functions/sightings/deliveries/testing/receiver.ts';
import { DESK, keepScreenshot, PHONE } from '../../testkit/browser/launch.ts';
import { type Mosquitto, noMosquitto, startMosquitto } from '../../testkit/mqtt/mosquitto.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { accessibilityFindings } from '../browser/axe.ts';
import { useChromium } from '../browser/use.ts';

/** A walk through the scene takes 12 s. */
const LONG = { timeout: 90_000, every: 250 };

const chromium = useChromium();
let receiver: Receiver;
let broker: Mosquitto;
let reader: MqttClient;
let system: System;
const published = new Map<string, string>();

beforeAll(async () => {
  receiver = await startReceiver();
  broker = await startMosquitto();
  reader = mqtt.connect(broker.url);
  reader.on('error', () => {});
  reader.on('connect', () => reader.subscribe('framewire/#', () => {}));
  reader.on('message', (topic, payload) => published.set(topic, payload.toString()));
  system = await startSystem({
    sightings: true,
    args: ['--no-demo'],
    env: { MQTT_URL: broker.url, WEBHOOK_ALLOW: receiver.host, PUBLIC_URL: 'https://cams.example.org' },
  });
});
afterAll(async () => {
  await system?.stop();
  reader?.end(true);
  await broker?.remove();
  await receiver?.close();
});

/** How a step looks, on a desk and on a phone, and what axe-core finds there. */
const SCREENS = [
  { screen: 'desk', viewport: DESK.viewport, colorScheme: 'light' },
  { screen: 'phone', viewport: PHONE.viewport, colorScheme: 'dark' },
] as const;

async function look(page: Page, step: string): Promise<void> {
  const findings: string[] = [];
  for (const { screen, viewport, colorScheme } of [...SCREENS].reverse()) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300); // until charts and stages have their new size
    await keepScreenshot(page, `first-notification-${step}-${screen}`);
    for (const finding of await accessibilityFindings(page)) findings.push(`${step}, ${screen}: ${finding}`);
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth))
      findings.push(`${step}, ${screen}: wider than the screen`);
  }
  expect(findings).toEqual([]);
}

/** Presses places of the picture, shares of its size. */
async function press(page: Page, ...places: [number, number][]): Promise<void> {
  const { x, y, width, height } = (await page.getByRole('application').boundingBox())!;
  for (const [left, top] of places) await page.mouse.click(x + left * width, y + top * height);
}

it.skipIf(noMosquitto)(
  'notifies by webhook, MQTT, page and browser when somebody walks through a zone that was drawn',
  async () => {
    const page = await chromium.open(system.dashboard);
    await page.getByRole('heading', { name: 'No cameras yet', exact: true }).waitFor();
    await look(page, '1-empty');

    await page.getByRole('button', { name: 'Add a camera' }).click();
    await page.getByLabel('Address').fill('demo:walk');
    await page.getByRole('button', { name: 'Test the address' }).click();
    await page.getByAltText('What the address shows').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Door');
    await look(page, '2-add');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Door is added.').waitFor();
    await look(page, '3-cameras');
    await page.getByRole('link', { name: 'Overview' }).click();
    const tile = page.getByRole('button', { name: /^Door: live/ });
    await tile.waitFor();
    await look(page, '4-live');

    await tile.click();
    await page.getByRole('link', { name: 'Areas and settings' }).click();
    await page.getByRole('button', { name: 'Zone', exact: true }).click();
    await press(page, [0.25, 0.1], [0.75, 0.1], [0.75, 0.95], [0.25, 0.95], [0.25, 0.1]);
    await page.getByLabel('Name').fill('entrance');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    await look(page, '5-zone');

    await page.getByRole('link', { name: 'Notifications' }).click();
    await page.getByRole('button', { name: 'Add the first rule' }).click();
    await page.getByLabel('Name').fill('Somebody at the entrance');
    await page.getByLabel('entrance', { exact: true }).check({ force: true });
    // a walk begins every 12 s
    await page.getByLabel(/^Silent about the same camera/).fill('10');
    await page.getByRole('button', { name: 'Add a target' }).click();
    await page.getByLabel('Address').fill(receiver.url);
    await page.getByRole('button', { name: 'Add a target' }).click();
    await page.getByLabel('Kind of target 3').selectOption('mqtt');
    await page.getByLabel('Topic').fill('framewire/notifications/entrance');
    await look(page, '6-rule');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.context().grantPermissions(['notifications']); // instead of the question of a browser with a window
    await page.getByRole('button', { name: 'Let the browser notify me' }).click();
    await page.getByText('your browser can show its notifications').waitFor({ state: 'hidden' });

    const event = await waitFor('the webhook', () => sightingOf(receiver.received.map(({ event }) => event)), LONG);
    expect(event.data.sighting).toMatchObject({ camera_id: 'door', zones: expect.arrayContaining(['entrance']) });
    expect(event.data.picture_url).toMatch(/^https:\/\/cams\.example\.org\/api\/sightings\//);
    const message = await waitFor('MQTT', () => published.get('framewire/notifications/entrance'), LONG);
    expect((JSON.parse(message) as CloudEvent).data.message).toBe(event.data.message);
    await page.getByRole('list', { name: 'Notifications' }).getByRole('link').first().waitFor();
    await look(page, '7-notified');

    await page.getByRole('link', { name: 'Sightings' }).first().click();
    await page.getByRole('main').getByRole('link', { name: /door/i }).first().waitFor();
    await look(page, '8-sightings');
    await page.goto(`${system.dashboard}/#/sighting/${event.data.sighting!.id}`);
    const picture = page.getByAltText('The frame in which it is seen best');
    await waitFor(
      'the picture',
      () => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0),
      LONG,
    );
    await look(page, '9-sighting');

    await page
      .getByRole('link', { name: /Overview|Cameras/ })
      .first()
      .click();
    await tile.click();
    await page.getByRole('cell', { name: /in it$/ }).waitFor(LONG);
    await look(page, '10-camera');

    expect(await notificationInBackground()).toBe(`Somebody at the entrance: ${event.data.message}`);
  },
  400_000,
);

/** What the browser shows next, by a page that takes itself to be in the background: Chromium without a window hides none. */
async function notificationInBackground(): Promise<string> {
  const page = await chromium.open('about:blank');
  await page.context().grantPermissions(['notifications'], { origin: system.dashboard });
  await page.addInitScript(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        shown.push(`${title}: ${options?.body}`);
      }
    };
  });
  await page.goto(system.dashboard);
  return waitFor(
    'a notification of the browser',
    async () => (await page.evaluate(() => (window as unknown as { shown: string[] }).shown))[0],
    LONG,
  );
}

const sightingOf = (events: CloudEvent[]) => events.find(({ type }) => type === 'framewire.sighting.begin');
