// One row of cells on a canvas.

const STRIP_MARGIN = 4; // room for the outlines
const SEAM = 0.5; // words can be counted, yet a bright row stays bright on a dark page

function drawStrip(context, layout, values, look) {
  const { height, cue, column, theme, pattern } = look;
  context.clearRect(0, 0, layout.total + 2 * STRIP_MARGIN, height);
  const top = STRIP_MARGIN;
  const tall = height - 2 * STRIP_MARGIN;
  layout.lefts.forEach((left, t) => {
    // Whole pixels: else the seams between narrow cells would be uneven in brightness.
    const x = Math.round(left) + STRIP_MARGIN;
    const end = Math.round(left + layout.widths[t]) + STRIP_MARGIN;
    drawCell(context, x, top, end - x, tall, values ? values[t] : NaN, theme, pattern);
    context.globalAlpha = SEAM;
    context.fillStyle = theme.page;
    context.fillRect(end - 1, top, 1, tall);
    context.globalAlpha = 1;
  });
  // A frame: bright cells would fade into a light page, dark ones into a dark page.
  context.strokeStyle = theme.faint;
  context.lineWidth = 1;
  context.strokeRect(STRIP_MARGIN - 0.5, top - 0.5, Math.round(layout.total), tall + 1);
  if (cue !== null) outline(context, layout, cue, height, theme, 2);
  if (column !== null && column !== cue) outline(context, layout, column, height, theme, 2);
  else if (column !== null) outline(context, layout, column, height, theme, 3.5);
}

function drawCell(context, x, y, width, height, value, theme, pattern) {
  if (Number.isNaN(value)) {
    context.fillStyle = theme.faint;
    context.fillRect(x + width / 2 - 0.5, y + height / 2 - 2, 1, 4);
  } else if (value < FLOOR) {
    context.fillStyle = pattern;
    context.fillRect(x, y, width, height);
  } else {
    context.fillStyle = cellColour(value);
    context.fillRect(x, y, width, height);
  }
}

// Two lines, page colour inside: seen on every cell colour and on both themes.
function outline(context, layout, t, height, theme, weight) {
  const x = Math.round(layout.lefts[t]) + STRIP_MARGIN;
  const width = Math.round(layout.lefts[t] + layout.widths[t]) + STRIP_MARGIN - 1 - x;
  context.strokeStyle = theme.page;
  context.lineWidth = 1.5;
  context.strokeRect(x + 0.25, STRIP_MARGIN + 0.25, Math.max(width - 0.5, 1), height - 2 * STRIP_MARGIN - 0.5);
  context.strokeStyle = theme.text;
  context.lineWidth = weight;
  context.strokeRect(x - 1.5, STRIP_MARGIN - 1.5, width + 3, height - 2 * STRIP_MARGIN + 3);
}
