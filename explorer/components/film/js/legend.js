// What colour means: one bar for each scale, named by the panels that use it.

const BAR = 230; // px at scale 1
const NAMED = 3;

class Legend {
  constructor() {
    this.element = make("div", "legend");
  }

  draw(views, size, theme) {
    const kinds = new Map();
    for (const { panel, scale } of views) {
      const key = `${panel.scale} ${panel.limits}`;
      if (!kinds.has(key)) kinds.set(key, { scale, labels: [], beyond: [false, false] });
      const kind = kinds.get(key);
      kind.labels.push(panel.measure);
      panel.beyond.forEach((one, end) => (kind.beyond[end] ||= one));
    }
    this.element.replaceChildren(...[...kinds.values()].map((kind) => bar(kind, size, theme)));
  }
}

function bar({ scale, labels, beyond }, size, theme) {
  const element = make("div", "kind");
  const unique = [...new Set(labels)];
  const more = unique.length > NAMED ? ` and ${unique.length - NAMED} more` : "";
  const note = scale.log ? " (log scale)" : "";
  element.append(make("span", "title", unique.slice(0, NAMED).join(", ") + more + note));
  const line = element.appendChild(make("div", "bars"));
  if (scale.log) line.append(tooSmall(scale, size, theme));
  const box = line.appendChild(make("div", "bar"));
  const canvas = box.appendChild(make("canvas"));
  const width = BAR * size;
  const context = sizeCanvas(canvas, width, 16 * size);
  for (let x = 0; x < width; x += 1) {
    context.fillStyle = rgb(stopAt(scale.stops, x / width));
    context.fillRect(x, 0, 1.5, 16 * size);
  }
  const ticks = box.appendChild(make("div", "ticks"));
  for (const [share, text] of marksOf(scale, beyond)) {
    const tick = ticks.appendChild(make("span", share === 0 ? "low" : share === 1 ? "high" : "", text));
    tick.style.left = `${100 * share}%`;
  }
  return element;
}

function tooSmall(scale, size, theme) {
  const below = make("div", "below");
  const context = sizeCanvas(below.appendChild(make("canvas")), 36 * size, 16 * size);
  context.fillStyle = hatch(context, theme);
  context.fillRect(0, 0, 36 * size, 16 * size);
  below.append(make("span", "", `<${tidy(scale.limits[0])}`));
  return below;
}

// [share, text]: both ends and the middle, or powers of ten; "≥" where values go beyond an end.
function marksOf(scale, [below, above]) {
  const signs = { 0: below && !scale.log ? "≤" : "", 1: above ? "≥" : "" };
  const said = (share, value) => [share, `${signs[share] ?? ""}${tidy(value)}`];
  if (!scale.log) return [0, 0.5, 1].map((share) => said(share, scale.at(share)));
  const first = Math.ceil(scale.low - 1e-9);
  const powers = Array.from({ length: Math.floor(scale.high + 1e-9) - first + 1 }, (_, n) => first + n);
  const every = Math.ceil(powers.length / 5);
  return powers
    .filter((power) => (powers[powers.length - 1] - power) % every === 0)
    .map((power) => said((power - scale.low) / (scale.high - scale.low), 10 ** power));
}

function tidy(value) {
  const size = Math.abs(value);
  const text = size && (size < 0.01 || size >= 1e4) ? value.toExponential(0).replace("e+", "e") : String(Number(value.toPrecision(2)));
  return text.replace(/^-/, "−");
}
