// Inferno over eight decades. STOPS and FLOOR are put in front of this module from explorer/theme.py,
// so that charts and rows have the same colours.

const DECADES = -Math.log10(FLOOR);

// 0 at 1e-8, 1 at 1; what is larger than 1 stays at the top.
function position(value) {
  return Math.min(1, Math.max(0, 1 + Math.log10(value) / DECADES));
}

function stopAt(share) {
  const at = share * (STOPS.length - 1);
  const below = Math.min(Math.floor(at), STOPS.length - 2);
  const rest = at - below;
  return STOPS[below].map((part, i) => Math.round(part + rest * (STOPS[below + 1][i] - part)));
}

function rgb(parts) {
  return `rgb(${parts[0]}, ${parts[1]}, ${parts[2]})`;
}

// 512 ready-made colours: a frame draws hundreds of cells.
const LEVELS = Array.from({ length: 512 }, (_, i) => rgb(stopAt(i / 511)));

function cellColour(value) {
  return LEVELS[Math.round(position(value) * 511)];
}

function luminance(parts) {
  const [r, g, b] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Black or white, whichever stands out more (at least 4.5 : 1 on every colour).
function inkOn(value) {
  const light = luminance(stopAt(position(value)));
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
}
