// Bytes -> {tokens, rows, …}; the layout of the bytes is described in packing.py.

function unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const header = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const data = JSON.parse(header);
  // The bytes may start anywhere in the message; floats must start at a multiple of four.
  const floats = new Float32Array(bytes.slice(4 + length).buffer);
  let at = 0;
  const take = (count) => floats.subarray(at, (at += count));
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

// The newest snapshot that is not newer than `step`; -1 when there is none.
function newest(steps, step) {
  let found = -1;
  while (found + 1 < steps.length && steps[found + 1] <= step) found += 1;
  return found;
}

// One snapshot's values: [time] or [answer]; null when the row has no snapshot yet.
function at(values, snapshot, width) {
  return snapshot < 0 ? null : values.subarray(snapshot * width, (snapshot + 1) * width);
}

function sameBytes(one, other) {
  return Boolean(one) && one.length === other.length && one.every((byte, i) => byte === other[i]);
}
