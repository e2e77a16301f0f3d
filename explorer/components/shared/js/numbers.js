// How numbers are written where every figure counts.

// `figures` significant figures, plain where that can be read: 0.124, 3.21e-4.
function exact(value, figures = 3) {
  if (Number.isNaN(value)) return "not recorded";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const plain = size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(figures))) : value.toExponential(figures - 1);
  return plain.replace(/^-/, "−");
}
