// A share as people say it: 1/3000; 3.3e-5 for what is no share or too small to read as one.
// charts/words.py writes them the same.

function scientific(value) {
  const [digits, exponent] = value.toExponential(1).split("e");
  return `${digits.replace(/\.0$/, "")}e${Number(exponent)}`;
}

// Two figures: 1, 0.85, 1/8, 1/3100, 2.4e-5, <1e-8.
function short(value, fraction) {
  if (!Number.isFinite(value)) return "–";
  if (value < FLOOR) return "<1e-8";
  if (value >= 0.95) return value < 9.5 ? String(Number(value.toFixed(1))) : String(Math.round(value));
  if (value >= (fraction ? 0.4 : 0.1)) return value.toFixed(2);
  if (!fraction || value < 1e-4) return scientific(value);
  const parts = 1 / value; // below ten in whole parts: 1/5.1 is no fraction that anybody says
  return `1/${Number(parts.toPrecision(parts < 10 ? 1 : 2))}`;
}

// Never "100 %" for a net that is only almost sure.
function percent(share) {
  if (share >= 0.995 && share < 1) return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
  return share >= 0.01 || share === 0 ? `${Math.round(share * 100)} %` : "<1 %";
}
