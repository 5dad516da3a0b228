/** A frame with drawn faces, so that their places are known. */
import sharp, { type Sharp } from 'sharp';

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Where the two faces of `drawScene` are, at its own size of 640x480. */
export const FACES: Box[] = [
  { x: 90, y: 120, w: 120, h: 136 },
  { x: 400, y: 200, w: 160, h: 181 },
];

/** 640x480, or so many times that; without faces where `faces` is empty. */
export function drawScene({ faces = FACES, scale = 1 } = {}): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${640 * scale}" height="${480 * scale}" viewBox="0 0 640 480">
    <linearGradient id="wall" x2="0" y2="1"><stop stop-color="#8fa5b8"/><stop offset="1" stop-color="#5c6b78"/></linearGradient>
    <rect width="640" height="480" fill="url(#wall)"/>${faces.map(drawFace).join('')}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha();
}

/** A head with what a cascade looks for: hair, brows, eyes in sockets, the nose's shade, a mouth. */
function drawFace({ x, y, w }: Box): string {
  return `<g transform="translate(${x} ${y}) scale(${w / 100})">
    <rect x="35" y="95" width="30" height="40" fill="#c99b7f"/>
    <ellipse cx="50" cy="45" rx="50" ry="58" fill="#3a2a1e"/>
    <ellipse cx="50" cy="55" rx="42" ry="54" fill="#e3b899"/>
    <path d="M8 45Q15 2 50 2Q85 2 92 45Q75 18 50 20Q25 18 8 45Z" fill="#3a2a1e"/>
    ${[31, 69].map(drawEye).join('')}
    <path d="M47 48Q44 68 42 72Q50 78 58 72Q56 68 53 48Z" fill="#cf9f80"/>
    <path d="M43 73Q50 78 57 73" stroke="#8a5a42" stroke-width="2.5" fill="none"/>
    <path d="M33 87Q50 82 67 87Q50 99 33 87Z" fill="#a8443f"/>
    <path d="M33 87Q50 89 67 87" stroke="#6b2420" stroke-width="1.5" fill="none"/></g>`;
}

const drawEye = (x: number) => `
    <ellipse cx="${x}" cy="47" rx="13" ry="8" fill="#b98a6c"/>
    <ellipse cx="${x}" cy="48" rx="9" ry="5" fill="#fff"/>
    <circle cx="${x}" cy="48" r="4.5" fill="#2a1a10"/>
    <path d="M${x - 13} 38Q${x} 31 ${x + 13} 38" stroke="#2f2118" stroke-width="4.5" fill="none"/>`;
