import type { Random } from './random.ts';
import type { Face } from './truth.ts';

interface Look {
  skin: string;
  /** Sockets, nose and neck, where less light falls. */
  shade: string;
  hair: string;
  lips: string;
  shirt: string;
  collar: string;
  style: 'short' | 'long' | 'bob' | 'curly';
}

const SKINS = [
  { skin: '#ecc5a6', shade: '#c2926f', lips: '#b4544c' },
  { skin: '#e0b08c', shade: '#b17f5c', lips: '#a8473f' },
  { skin: '#c98f68', shade: '#96623f', lips: '#8d3b33' },
  { skin: '#b07c57', shade: '#7c5034', lips: '#77322b' },
];
const HAIRS = ['#2b1f18', '#4a2f1d', '#6d4526', '#1d1a1c', '#7a3b1e'];
const SHIRTS = [
  { shirt: '#d9e2e8', collar: '#b8c6d0' },
  { shirt: '#3f6475', collar: '#2f4d5b' },
  { shirt: '#c8694d', collar: '#a85339' },
  { shirt: '#6f8f6a', collar: '#587454' },
  { shirt: '#e3b34f', collar: '#c4953a' },
  { shirt: '#7a6a93', collar: '#625478' },
];
const STYLES = ['short', 'long', 'bob', 'curly'] as const;

/** One person of the scene: where, how large and how it moves. The face is drawn 100 wide and scaled to `size` pixels. */
export interface Person extends Look {
  x: number;
  y: number;
  size: number;
  /** Where in its movement it starts, in turns. */
  phase: number;
}

/** Where somebody is who walks from the left of a picture to its right: out of it at the beginning and at the end of a turn. */
export const walkingAt = (person: Person, turn: number, width: number): Person => ({
  ...person,
  x: width * (2.2 * turn - 0.6),
});

/** `count` people side by side, each different. */
export function createPeople(random: Random, count: number): Person[] {
  const looks = [SKINS, HAIRS, SHIRTS, STYLES].map((list) => random.shuffle<unknown>(list));
  const width = 640 / count;
  return Array.from({ length: count }, (_, i) => {
    const [skin, hair, shirt, style] = looks.map((list) => list[i % list.length]);
    const size = random.between(count > 2 ? 92 : 112, count > 2 ? 116 : 156);
    return {
      ...(skin as (typeof SKINS)[number]),
      ...(shirt as (typeof SHIRTS)[number]),
      hair: hair as string,
      style: style as Look['style'],
      size,
      x: width * (i + 0.5) + random.between(-0.06, 0.06) * width,
      y: 250 + random.between(-26, 22),
      phase: random.between(0, 1),
    };
  });
}

/** What of a head a detector calls the face, in the head's own units around its middle. */
const FACE = { left: -48, top: -51, width: 96, height: 111 };

/** Where a person is at a moment of the loop, `turn` from 0 to 1. */
function poseAt({ x, y, size, phase }: Person, turn: number) {
  const wave = (cycles: number, shift = 0) => Math.sin(2 * Math.PI * (cycles * turn + phase + shift));
  return {
    x: x + 0.16 * size * wave(1),
    y: y + 0.05 * size * wave(2, 0.2),
    scale: (size / 100) * (1 + 0.03 * wave(1, 0.4)),
    /** Degrees. */
    tilt: 3.5 * wave(1, 0.1),
    /** Where the eyes look, -1 left to 1 right. */
    gaze: wave(1, 0.25),
    blink: (turn * 4 + phase) % 1 < 0.045,
  };
}

export function faceAt(person: Person, turn: number): Face {
  const { x, y, scale } = poseAt(person, turn);
  return {
    x: Math.round(x + FACE.left * scale),
    y: Math.round(y + FACE.top * scale),
    w: Math.round(FACE.width * scale),
    h: Math.round(FACE.height * scale),
  };
}

export function drawPerson(person: Person, turn: number): string {
  const pose = poseAt(person, turn);
  const { x, y, scale, tilt } = pose;
  const bodyX = person.x + (x - person.x) * 0.75;
  return `
    <g transform="translate(${f(bodyX)} ${f(person.y)}) scale(${f(person.size / 100)})">${drawBody(person)}</g>
    <g transform="translate(${f(x)} ${f(y)}) rotate(${f(tilt)} 0 60) scale(${f(scale)})">${drawHead(person, pose)}</g>`;
}

const f = (n: number) => n.toFixed(2);

function drawBody({ shirt, collar }: Look): string {
  return `
    <path d="M-110 300Q-112 106 -70 88Q-38 78 -20 68H20Q38 78 70 88Q112 106 110 300Z" fill="${shirt}"/>
    <path d="M-30 72Q0 110 30 72L22 66H-22Z" fill="${collar}" opacity=".4"/>`;
}

function drawHead(look: Look, pose: { gaze: number; blink: boolean }): string {
  const { skin, shade, hair, lips } = look;
  return `
    ${drawHairBehind(look)}
    <path d="M-18 40V74Q0 94 18 74V40Z" fill="${shade}"/>
    <ellipse cx="-42" cy="6" rx="6" ry="11" fill="${shade}"/><ellipse cx="42" cy="6" rx="6" ry="11" fill="${shade}"/>
    <path d="M-42 -8Q-42 -58 0 -58Q42 -58 42 -8Q43 30 22 50Q10 60 0 60Q-10 60 -22 50Q-43 30 -42 -8Z" fill="${skin}"/>
    <ellipse cx="-22" cy="24" rx="11" ry="8" fill="${lips}" opacity=".12"/><ellipse cx="22" cy="24" rx="11" ry="8" fill="${lips}" opacity=".12"/>
    ${drawEye(-19, look, pose)}${drawEye(19, look, pose)}
    <path d="M-3 -4Q-6 14 -8 19Q0 25 8 19Q6 14 3 -4Z" fill="${shade}" opacity=".55"/>
    <path d="M-7 20Q0 25 7 20" stroke="${shade}" stroke-width="2.6" fill="none" stroke-linecap="round"/>
    <path d="M-18 33Q-6 31 0 33Q6 31 18 33Q0 50 -18 33Z" fill="${lips}"/>
    <path d="M-19 32.5Q0 41 19 32.5" stroke="#5a2320" stroke-width="1.4" fill="none" stroke-linecap="round"/>
    ${drawHairInFront(look)}
    <path d="M-30 -17Q-19 -24 -8 -18M8 -18Q19 -24 30 -17" stroke="${hair}" stroke-width="4.4" fill="none" stroke-linecap="round"/>`;
}

function drawEye(x: number, { shade }: Look, { gaze, blink }: { gaze: number; blink: boolean }): string {
  const socket = `<ellipse cx="${x}" cy="-6" rx="13" ry="8" fill="${shade}" opacity=".75"/>`;
  if (blink)
    return `${socket}<path d="M${x - 9} -5Q${x} 0 ${x + 9} -5" stroke="#2a1b14" stroke-width="3" fill="none"/>`;
  return `${socket}
    <ellipse cx="${x}" cy="-5" rx="8.6" ry="5" fill="#fbf8f4"/>
    <circle cx="${f(x + 1.6 * gaze)}" cy="-5" r="4.5" fill="#2a1b14"/><circle cx="${f(x + 1.6 * gaze + 1.5)}" cy="-6.6" r="1.2" fill="#fff"/>
    <path d="M${x - 9.5} -6Q${x} -13 ${x + 9.5} -6" stroke="#2a1b14" stroke-width="2.4" fill="none" stroke-linecap="round"/>`;
}

function drawHairBehind({ style, hair }: Look): string {
  switch (style) {
    case 'long':
      return `<path d="M-50 96Q-58 10 -50 -22Q-40 -72 0 -72Q40 -72 50 -22Q58 10 50 96Q30 104 22 60H-22Q-30 104 -50 96Z" fill="${hair}"/>`;
    case 'bob':
      return `<path d="M-52 52Q-58 0 -50 -24Q-40 -70 0 -70Q40 -70 50 -24Q58 0 52 52Q34 60 26 40H-26Q-34 60 -52 52Z" fill="${hair}"/>`;
    case 'curly':
      return `<g fill="${hair}">${CURLS.map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}"/>`).join('')}</g>`;
    case 'short':
      return `<path d="M-46 4Q-52 -68 0 -70Q52 -68 46 4Z" fill="${hair}"/>`;
  }
}

const CURLS = [
  [-44, 4, 13],
  [-48, -16, 15],
  [-42, -38, 17],
  [-26, -56, 18],
  [0, -62, 20],
  [26, -56, 18],
  [42, -38, 17],
  [48, -16, 15],
  [44, 4, 13],
];

function drawHairInFront({ style, hair }: Look): string {
  const fringe = {
    short: 'M-45 -6Q-46 -64 4 -66Q46 -62 45 -6Q42 -24 34 -34Q6 -28 -20 -40Q-38 -32 -45 -6Z',
    long: 'M-44 10Q-48 -66 0 -66Q48 -66 44 10Q42 -26 10 -46Q-6 -34 -28 -32Q-40 -20 -44 10Z',
    bob: 'M-46 14Q-50 -66 0 -66Q50 -66 46 14Q42 -14 38 -32Q0 -40 -38 -32Q-42 -14 -46 14Z',
    curly: 'M-44 -10Q-46 -60 0 -62Q46 -60 44 -10Q38 -32 22 -38Q10 -30 0 -38Q-12 -30 -24 -38Q-38 -32 -44 -10Z',
  }[style];
  return `<path d="${fringe}" fill="${hair}"/>`;
}
