// Bytes -> {tokens, rows, …}; the layout of the bytes is described in packing.py.

function unpack(bytes) {
  const { header: data, take } = unframe(bytes);
  for (const row of data.rows) {
    const snapshots = row.steps.length;
    row.values = {};
    for (const measure of data.measures) {
      row.values[measure.key] = take(snapshots * data.tokens.length);
    }
    row.answers = take(snapshots * data.answers.length);
    row.swapped = data.swap ? take(snapshots * data.answers.length) : null;
  }
  data.steps = union(data.rows);
  return data;
}

function union(rows) {
  return [...new Set(rows.flatMap((row) => row.steps))].sort((a, b) => a - b);
}

// One snapshot's values: [time] or [answer]; null when the row has no snapshot yet.
function at(values, snapshot, width) {
  return snapshot < 0 ? null : values.subarray(snapshot * width, (snapshot + 1) * width);
}
