// Colours between equally spaced stops, each [red, green, blue]; `share` runs from 0 to 1.

function stopAt(stops, share) {
  const at = share * (stops.length - 1);
  const below = Math.min(Math.floor(at), stops.length - 2);
  const rest = at - below;
  return stops[below].map((part, i) => Math.round(part + rest * (stops[below + 1][i] - part)));
}

function rgb(parts) {
  return `rgb(${parts[0]}, ${parts[1]}, ${parts[2]})`;
}

function luminance(parts) {
  const [r, g, b] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Black or white, whichever stands out more (at least 4.5 : 1 on every colour).
function inkFor(parts) {
  const light = luminance(parts);
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
}

// What the page is drawn with now; `probe` is an element inside `root` that knows --faint.
function inks(root, probe) {
  const style = getComputedStyle(root);
  return {
    text: style.color,
    page: style.getPropertyValue("--st-background-color").trim() || "#ffffff",
    faint: getComputedStyle(probe).getPropertyValue("--faint").trim() || "#888888",
  };
}
