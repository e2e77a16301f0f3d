// How numbers are written: 1/3000 for a share, 3.3e-4 for what is no share or too small to read as one.

function scientific(value) {
  const [digits, exponent] = value.toExponential(1).split("e");
  return `${digits.replace(/\.0$/, "")}e${Number(exponent)}`;
}

// Two figures: 1, 0.85, 1/8, 1/3100, 2.4e-6, <1e-8.
function short(value, fraction) {
  if (!Number.isFinite(value)) return "–";
  if (value < FLOOR) return "<1e-8";
  if (value >= 0.95) return value < 9.5 ? String(Number(value.toFixed(1))) : String(Math.round(value));
  if (!fraction) return value >= 0.1 ? value.toFixed(2) : scientific(value);
  if (value < 1e-5) return scientific(value);
  const parts = 1 / value;
  if (parts < 1.95) return value.toFixed(2);
  return `1/${Number(parts.toPrecision(2))}`;
}

// Three figures, for the readout: 0.124, 3.21e-4, and below the scale still the number itself.
function exact(value) {
  if (!Number.isFinite(value)) return "not recorded";
  if (value === 0) return "0";
  return value >= 1e-3 ? String(Number(value.toPrecision(3))) : value.toExponential(2);
}

// Never "100 %" for a net that is only almost sure.
function percent(share) {
  if (share >= 0.995 && share < 1) return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
  return share >= 0.01 || share === 0 ? `${Math.round(share * 100)} %` : "<1 %";
}
