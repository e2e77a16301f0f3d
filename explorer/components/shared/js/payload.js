// The bytes that packing.py made: a JSON header, and floats that are taken one block after the other.

function unframe(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = bytes.byteOffset + 4 + length;
  // The bytes may start anywhere in the message; floats must start at a multiple of four.
  const floats =
    start % 4 === 0
      ? new Float32Array(bytes.buffer, start, (bytes.byteLength - 4 - length) / 4)
      : new Float32Array(bytes.slice(4 + length).buffer);
  let at = 0;
  return { header, take: (count) => floats.subarray(at, (at += count)) };
}

// The newest snapshot that is not newer than `step`; -1 when there is none.
function newest(steps, step) {
  let found = -1;
  while (found + 1 < steps.length && steps[found + 1] <= step) found += 1;
  return found;
}

// Data come again at every rerun, mostly the same.
function sameBytes(one, other) {
  if (one === other) return true;
  if (!one || one.length !== other.length) return false;
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return false;
  return true;
}
