// Inferno over eight decades. STOPS and FLOOR are put in front of this module from explorer/theme.py,
// so that charts and rows have the same colours.

const DECADES = -Math.log10(FLOOR);

// 0 at 1e-8, 1 at 1; what is larger than 1 stays at the top.
function position(value) {
  return Math.min(1, Math.max(0, 1 + Math.log10(value) / DECADES));
}

// 512 ready-made colours: a frame draws hundreds of cells.
const LEVELS = Array.from({ length: 512 }, (_, i) => rgb(stopAt(STOPS, i / 511)));

function cellColour(value) {
  return LEVELS[Math.round(position(value) * 511)];
}

function inkOn(value) {
  return inkFor(stopAt(STOPS, position(value)));
}
