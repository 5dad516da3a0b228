import type { Random } from './random.ts';

const PALETTES = [
  { wall: ['#dfe5dd', '#bccabd'], sky: ['#a9cbe0', '#e6eff1'], hill: '#8fae92', wood: '#b99a78', leaf: '#5d8a68' },
  { wall: ['#eadfd2', '#d2bfab'], sky: ['#f2c9a1', '#f9e8d2'], hill: '#c0937a', wood: '#a88063', leaf: '#7d8f5c' },
  { wall: ['#d3dce6', '#a9b9ca'], sky: ['#8fb3d6', '#d8e6f0'], hill: '#7d9aa8', wood: '#9c8672', leaf: '#54806f' },
  { wall: ['#e6dce4', '#c5b4c4'], sky: ['#c3b5dc', '#f0dfe6'], hill: '#98849f', wood: '#a58878', leaf: '#6b8a70' },
];
const BOOKS = ['#8c5b4f', '#c9a66b', '#5f7f86', '#7b8f6d', '#9a8aa6', '#d6cbb7'];

/** The still room behind the people. Nothing in it resembles a face in shape or contrast. */
export function drawRoom(random: Random): string {
  const { wall, sky, hill, wood, leaf } = random.pick(PALETTES);
  const windowLeft = random.pick([true, false]);
  const windowX = windowLeft ? 40 : 420;
  const shelfX = windowLeft ? 400 : 50;
  return `
    <defs>
      <linearGradient id="wall" x2="0" y2="1"><stop stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></linearGradient>
      <linearGradient id="sky" x2="0" y2="1"><stop stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient>
      <radialGradient id="light" cx="${windowLeft ? 0.2 : 0.8}" cy=".15" r=".9">
        <stop stop-color="#fff" stop-opacity=".38"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
    </defs>
    <rect width="640" height="480" fill="url(#wall)"/>
    <g transform="translate(${windowX} 34)">
      <rect x="-7" y="-7" width="194" height="154" rx="5" fill="#f6f3ee"/>
      <rect width="180" height="140" fill="url(#sky)"/>
      <path d="M0 118Q50 84 96 106T180 92V140H0Z" fill="${hill}" opacity=".3"/>
      <path d="M0 130Q70 104 120 122T180 116V140H0Z" fill="${hill}" opacity=".6"/>
      <rect x="-14" y="147" width="208" height="9" rx="3" fill="#f6f3ee"/>
    </g>
    <g transform="translate(${shelfX} 120)">
      ${drawBooks(random)}
      <rect y="0" width="190" height="8" rx="2" fill="${wood}"/>
      <g transform="translate(160 0)"><path d="M-14 -24H14L10 0H-10Z" fill="#e9e2d8"/>
        <path d="M0 -24Q-30 -34 -28 -62Q-6 -54 0 -24Q-6 -60 8 -80Q18 -56 0 -24Q10 -48 32 -52Q28 -30 0 -24Z" fill="${leaf}"/></g>
    </g>
    <rect width="640" height="480" fill="url(#light)"/>`;
}

function drawBooks(random: Random): string {
  let x = 8;
  return Array.from({ length: 7 }, () => {
    const width = random.between(9, 16);
    const height = random.between(38, 56);
    const book = `<rect x="${x}" y="${-height}" width="${width}" height="${height}" rx="1.5" fill="${random.pick(BOOKS)}" opacity=".75"/>`;
    x += width + 1;
    return book;
  }).join('');
}
