// Where each word stands: readable words get room, filler words become ticks.
//
// Flat when all words fit upright beside ticks of 9 px; otherwise the words slant and their columns
// shrink to a line's height. All lengths in px; `scale` is 1 on a 1200 px wide page.

const CUE_WIDTH = 84; // "1/3100" in bold must fit
const SLANTED_LEAST = 19;
const SLANTED_MOST = 44;
const LEAN = 0.5; // cos 60°: how far a slanted word leans to the right, per px of its length
const TICK_FLAT = 9;
const TICK_SLANTED = 10;
const TICK_LEAST = 5;
const TICK_MOST = 18;
const WORD_MOST = 150;
const READ_WHOLE = 14; // words

function arrange(data, available, scale, measure, leastTick) {
  const fillers = data.tokens.filter((token, t) => isFiller(data, t)).length;
  const flat = data.tokens.map((token, t) => upright(data, t, scale, measure));
  const tickFlat = room(flat, available, fillers);
  if (tickFlat >= (fillers ? TICK_FLAT * scale : 0)) {
    return place(data, spread(data, flat, fillers, available, scale), false);
  }
  const within = available - overhang(data, scale, measure);
  const words = flat.filter((width, t) => width && t !== data.cue).length;
  const boxed = data.cue === null ? 0 : flat[data.cue];
  const share = (within - boxed - fillers * TICK_SLANTED * scale) / Math.max(words, 1);
  const column = Math.min(Math.max(share, SLANTED_LEAST * scale), SLANTED_MOST * scale);
  const slanted = flat.map((width, t) => (t === data.cue || !width ? width : column));
  const tick = Math.min(Math.max(room(slanted, within, fillers), leastTick), TICK_MOST * scale);
  return place(data, fill(data, slanted, tick), true);
}

// The last words lean over the end of the strip.
function overhang(data, scale, measure) {
  const last = data.tokens.length - 1;
  const beyond = [last, last - 1].map((t, back) =>
    t < 0 || isFiller(data, t) || t === data.cue
      ? 0
      : LEAN * measure(data.tokens[t].word) + 10 * scale - (back + 0.5) * SLANTED_LEAST * scale,
  );
  return Math.max(0, ...beyond);
}

// Ticks are known words of filler, and only where a sentence is long: what is short is read whole.
function isFiller(data, t) {
  const { period, known } = data.tokens[t];
  return period === "filler" && known && t !== data.cue && data.tokens.length > READ_WHOLE;
}

// The width of an upright word's column, 0 for a tick (its width is what is left).
function upright(data, t, scale, measure) {
  if (isFiller(data, t)) return 0;
  const text = measure(data.tokens[t].word);
  if (t === data.cue) {
    const swapped = data.swap ? measure(`→ ${data.swap.word}`) : 0;
    return Math.max(CUE_WIDTH * scale, 1.1 * Math.max(text, swapped) + 20 * scale);
  }
  return text + 12 * scale;
}

// What remains for one tick; without ticks: what remains at all.
function room(widths, available, fillers) {
  const rest = available - widths.reduce((sum, width) => sum + width, 0);
  return rest / Math.max(fillers, 1);
}

// Wide pages: first the ticks grow, then the words.
function spread(data, flat, fillers, available, scale) {
  const tick = fillers ? Math.min(room(flat, available, fillers), TICK_MOST * scale) : 0;
  const words = flat.length - fillers;
  const spare = room(flat, available, 0) - tick * fillers;
  const more = Math.max(0, spare / Math.max(words, 1));
  const wider = flat.map((width) => (width ? Math.max(width, Math.min(width + more, WORD_MOST * scale)) : 0));
  return fill(data, wider, tick);
}

function fill(data, widths, tick) {
  return widths.map((width, t) => (isFiller(data, t) ? tick : width));
}

function place(data, widths, slanted) {
  let x = 0;
  const lefts = widths.map((width) => (x += width) - width);
  return { lefts, widths, total: x, slanted, runs: runs(data, lefts, widths) };
}

// Neighbouring ticks share one label: "40 words of filler".
function runs(data, lefts, widths) {
  const found = [];
  data.tokens.forEach((_, t) => {
    if (!isFiller(data, t)) return;
    const last = found[found.length - 1];
    if (last && last.end === t) {
      last.end = t + 1;
      last.width += widths[t];
    } else found.push({ start: t, end: t + 1, left: lefts[t], width: widths[t] });
  });
  return found;
}

function columnAt(layout, x) {
  let t = 0;
  while (t + 1 < layout.lefts.length && x >= layout.lefts[t + 1]) t += 1;
  return t;
}
