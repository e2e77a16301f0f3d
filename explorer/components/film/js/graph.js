// The unrolled net over the words: the same cell at every step, the state handed on, the word coming in.

const GRAPH_HEIGHT = 70;
const CELL_TOP = 8;
const CELL_HEIGHT = 38;
const CELL_MOST = 64;
const NUMBER_LEAST = 40; // px: a cell that holds a number
const HEAD = 5; // px: an arrow's head

class Graph {
  constructor() {
    this.box = make("div", "graph");
    this.canvas = this.box.appendChild(make("canvas"));
    this.canvas.setAttribute("aria-hidden", "true");
    this.name = make("div", "graphname");
    this.name.append(make("span", "label", "unrolled net"));
    this.start = this.name.appendChild(make("span", "start"));
  }

  fill(data) {
    this.data = data;
    this.box.hidden = this.name.hidden = !data.graph;
    const states = data.carried.map((letter) => `${letter}₀`).join(", ");
    write(this.start, `${states} = ${data.start}`);
  }

  arrange(layout, look, scale, font) {
    const { width, theme } = look;
    Object.assign(this, { layout, width, theme, scale, font });
    this.height = GRAPH_HEIGHT * scale;
    this.context = sizeCanvas(this.canvas, width, this.height);
    this.name.style.height = `${this.height}px`;
  }

  // One line for each carried state, spread over the cell.
  lines() {
    const { carried } = this.data;
    return carried.map((_, n) => (CELL_TOP + (CELL_HEIGHT * (n + 1)) / (carried.length + 1)) * this.scale);
  }

  // `of(column)` -> {value, scale} of the chosen row; `chosen`: the column of the cursor.
  draw(scrolled, chosen, of) {
    if (!this.data.graph) return;
    const { context, layout, theme, width } = this;
    this.name.classList.toggle("left", scrolled > 1);
    context.clearRect(0, 0, width, this.height);
    context.lineWidth = 1.3 * this.scale;
    layout.lefts.forEach((left, t) => {
      const x = left - scrolled;
      const before = t ? this.edge(t - 1) - scrolled : 0;
      if (x + layout.widths[t] < -1 || x > width) return;
      this.cell(x, layout.widths[t], before, of(t), t === chosen);
    });
  }

  size(wide) {
    return Math.min(wide > 14 ? 0.62 * wide : wide - 1, CELL_MOST * this.scale);
  }

  // Where the cell of a column ends.
  edge(column) {
    const { lefts, widths } = this.layout;
    return lefts[column] + (widths[column] + this.size(widths[column])) / 2;
  }

  cell(x, wide, before, { value, scale: colours }, chosen) {
    const { context, theme, scale } = this;
    const size = this.size(wide);
    const left = x + (wide - size) / 2;
    const top = CELL_TOP * scale;
    const tall = CELL_HEIGHT * scale;
    context.strokeStyle = context.fillStyle = chosen ? theme.text : theme.faint;
    for (const y of this.lines()) this.line(before, y, left, y, left - before > 2 * HEAD);
    // From the word below; between narrow columns the lines would be a comb.
    if (wide > 2 * HEAD) this.line(x + wide / 2, this.height, x + wide / 2, top + tall, wide >= 3 * HEAD);
    const parts = Number.isNaN(value) ? null : colours.parts(value);
    context.fillStyle = parts ? rgb(parts) : theme.page;
    context.fillRect(left, top, size, tall);
    context.lineWidth = (chosen ? 3 : 1.3) * scale;
    context.strokeStyle = chosen ? theme.text : theme.faint;
    if (size > 3 || chosen) context.strokeRect(left, top, size, tall);
    context.lineWidth = 1.3 * scale;
    if (size < NUMBER_LEAST * scale || !parts) return;
    context.fillStyle = inkFor(parts);
    context.font = `600 ${14 * scale}px ${this.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(brief(value), left + size / 2, top + tall / 2);
  }

  line(x1, y1, x2, y2, headed) {
    const { context } = this;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    if (!headed) return;
    const head = HEAD * this.scale;
    const across = x1 === x2;
    context.beginPath();
    context.moveTo(x2, y2);
    context.lineTo(across ? x2 - 0.7 * head : x2 - head, across ? y2 + head : y2 - 0.7 * head);
    context.lineTo(across ? x2 + 0.7 * head : x2 - head, across ? y2 + head : y2 + 0.7 * head);
    context.fill();
  }
}

// Two decimals, as far as a cell has room.
function brief(value) {
  const size = Math.abs(value);
  const text = size && size < 0.005 ? value.toExponential(0) : value.toFixed(size < 10 ? 2 : 0);
  return text.replace(/^-/, "−");
}
