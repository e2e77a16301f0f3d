// How wide each column is: as the words need it where they have room, else all alike, and then they scroll.

const NARROWEST = 4; // px: a column that can still be pointed at
const WIDEST = 48;
const FILLER_LEAST = 5;
const SLANTED_NEAR = 16; // px between the feet of two slanted words

function columnsOf(data, available, scale, measure, square) {
  const { tokens } = data;
  if (square) return steps(data, available - overhang(data, scale, measure), scale);
  const even = Math.min(available / tokens.length, WORD_MOST * scale);
  if (tokens.every(({ word }, t) => !isFiller(data, t) && measure(word) + 10 * scale <= even)) {
    return { ...alike(tokens.length, even), scale };
  }
  const readable = tokens.filter((_, t) => !isFiller(data, t)).length;
  const needed = readable * SLANTED_LEAST * scale + (tokens.length - readable) * FILLER_LEAST;
  if (needed <= available) {
    const layout = arrange(data, available, scale, measure, FILLER_LEAST);
    if (layout.total <= available + 1) return { ...layout, scale };
  }
  const width = Math.min(Math.max(available / tokens.length, NARROWEST), WIDEST * scale);
  return { ...alike(tokens.length, width), numbered: true, scale };
}

// Steps against steps: columns as even as the rows, or the diagonal would bend; words where they have room.
function steps(data, available, scale) {
  const layout = alike(data.tokens.length, Math.max(available / data.tokens.length, NARROWEST));
  const shown = new Set(apart(data.tokens, (SLANTED_NEAR * scale) / layout.widths[0]));
  return { ...layout, slanted: true, shown, runs: runs(data, layout.lefts, layout.widths), scale };
}

// Words that stand at least `gap` apart: first the one that is asked for, then the question from its end, then the start.
function apart(tokens, gap) {
  const places = (wanted) => tokens.flatMap(({ period }, place) => (period === wanted ? [place] : []));
  const taken = [];
  for (const place of [...places("cue"), ...places("question").reverse(), ...places("start")]) {
    if (taken.every((other) => Math.abs(other - place) >= gap)) taken.push(place);
  }
  return taken;
}

function alike(count, width) {
  const widths = new Array(count).fill(width);
  return { lefts: widths.map((_, t) => t * width), widths, total: width * count, slanted: false, runs: [] };
}

// Neighbouring columns of one width are drawn at once: [{from, to, left, width}].
function stretches(layout) {
  const found = [];
  layout.widths.forEach((width, t) => {
    const last = found[found.length - 1];
    if (last && Math.abs(last.width - width) < 1e-6) last.to = t + 1;
    else found.push({ from: t, to: t + 1, left: layout.lefts[t], width });
  });
  return found;
}
