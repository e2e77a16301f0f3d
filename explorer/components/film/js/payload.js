// Bytes -> {tokens, steps, panels: [{values, rows, order, …}]}; the layout is described in packing.py.

function unpack(bytes) {
  const { header: data, take } = unframe(bytes);
  for (const panel of data.panels) {
    panel.size = panel.rows.length * data.tokens.length;
    panel.values = take(panel.steps.length * panel.size);
    panel.place = new Array(panel.rows.length); // row -> where it is drawn
    panel.order.forEach((row, place) => (panel.place[row] = place));
  }
  return data;
}

// What a row is called at a training step: where rows are named anew at every snapshot, by the newest of them.
function nameOf(panel, step, row) {
  const snapshot = panel.names ? newest(panel.steps, step) : -1;
  return snapshot < 0 ? panel.rows[row] : panel.names[snapshot][row];
}

// One value; NaN where the panel has no snapshot yet.
function valueAt(panel, step, row, column, columns) {
  const snapshot = newest(panel.steps, step);
  return snapshot < 0 ? NaN : panel.values[snapshot * panel.size + row * columns + column];
}
