// How high the rows are: all panels together fill about a screen, and a row is never thinner than a pixel.

const ALL = 430; // px at scale 1
const PANEL_LEAST = 84;
const PANEL_MOST = 300;
const ROW_MOST = 24;
const FEW = 12; // rows that all get their names
const ROW_NAMED = 18;
const NAME_MOST = 190;
const MATRIX = 480; // a square picture: answers against states

function rowHeights(panels, square, scale) {
  const named = panels.every(({ names }) => names); // every row is read
  const all = (square || named ? MATRIX : ALL) * scale;
  const most = (square || named ? MATRIX : PANEL_MOST) * scale;
  const each = Math.min(Math.max(all / panels.length, PANEL_LEAST * scale), most);
  return panels.map((panel) => {
    const least = panel.rows.length <= FEW ? ROW_NAMED * scale : 1;
    const height = Math.min(Math.max(each / panel.rows.length, least), ROW_MOST * scale);
    return height >= 3 ? Math.floor(height) : height; // even rows where it costs little
  });
}

// Room for the names of rows, between the label of a panel and its cells.
function nameRoom({ rows, names }, scale, measure) {
  const said = names ? [...new Set(names.flat())] : rows;
  const longest = Math.max(...said.map((name) => measure(name)));
  return Math.min(0.95 * longest, NAME_MOST * scale) + 14 * scale;
}
