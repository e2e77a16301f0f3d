// The unrolled net over the words: the same cell at every step, the state handed on, the word coming in.
// A net that reads both ways has a lane for each direction; backwards the state goes from right to left.

const GRAPH_HEIGHT = 70;
const LANE = 66; // from one lane's top to the next one's
const CELL_TOP = 8;
const CELL_HEIGHT = 38;
const CELL_MOST = 64;
const NUMBER_LEAST = 40; // px: a cell that holds a number
const HEAD = 5; // px: an arrow's head
const BYPASS_LEAST = 26; // px: a column in which the word's line passes the lane below

class Graph {
  constructor() {
    this.box = make("div", "graph");
    this.canvas = this.box.appendChild(make("canvas"));
    this.canvas.setAttribute("aria-hidden", "true");
    this.end = make("span", "start end");
    this.name = make("div", "graphnames");
  }

  fill(data) {
    this.data = data;
    this.box.hidden = this.name.hidden = !data.graph;
    this.lanes = data.directions;
    this.names = this.lanes.map((direction) => {
      const name = make("div", "graphname");
      name.append(make("span", "label", ["unrolled net", data.lanes[direction]].filter(Boolean).join(", ")));
      if (direction === 0) name.append(make("span", "start", this.said("₀")));
      return name;
    });
    this.name.replaceChildren(...this.names);
    this.end.remove();
    if (this.lanes.includes(1)) this.box.append(this.end);
    write(this.end, this.said(lowered(data.tokens.length + 1)));
  }

  // The state before the first step that is read: "h₀, c₀ = 0"; steps count from 1.
  said(index) {
    return `${this.data.carried.map((letter) => letter + index).join(", ")} = ${this.data.start}`;
  }

  // The room right of the columns that the start of the backward lane takes.
  beyond(measure) {
    return this.data.graph && this.lanes.includes(1) ? measure(this.end.textContent) + 36 : 0;
  }

  arrange(layout, look, scale, font) {
    const { width, theme } = look;
    Object.assign(this, { layout, width, theme, scale, font });
    this.height = (GRAPH_HEIGHT + LANE * (this.lanes.length - 1)) * scale;
    this.context = sizeCanvas(this.canvas, width, this.height);
    this.names.forEach((name, n) => {
      name.style.height = `${(n === this.names.length - 1 ? GRAPH_HEIGHT : LANE) * scale}px`;
    });
    this.end.style.left = `${layout.total}px`;
    this.end.style.top = `${this.top(this.lanes.length - 1) + (CELL_HEIGHT * scale) / 2}px`;
  }

  top(lane) {
    return (CELL_TOP + LANE * lane) * this.scale;
  }

  // One line for each carried state, spread over the cell.
  lines(lane) {
    const { carried } = this.data;
    return carried.map((_, n) => this.top(lane) + (CELL_HEIGHT * this.scale * (n + 1)) / (carried.length + 1));
  }

  // `of(direction)(column)` -> {value, scale} of the chosen row; `chosen`: the column of the cursor.
  draw(scrolled, chosen, of) {
    if (!this.data.graph) return;
    const { context, layout, width, lanes } = this;
    this.name.classList.toggle("left", scrolled > 1);
    context.clearRect(0, 0, width, this.height);
    context.lineWidth = 1.3 * this.scale;
    lanes.forEach((direction, lane) => {
      const at = of(direction);
      layout.lefts.forEach((left, t) => {
        const x = left - scrolled;
        if (x + layout.widths[t] < -1 || x > width) return;
        const before = this.before(direction, t) - scrolled;
        this.cell({ x, wide: layout.widths[t], before, lane, backwards: direction === 1 }, at(t), t === chosen);
      });
    });
  }

  // Where the line of the state comes from: the cell that is read before this one, or the start.
  before(direction, column) {
    const { total, lefts } = this.layout;
    if (direction === 0) return column ? this.edge(column - 1, 1) : 0;
    return column + 1 < lefts.length ? this.edge(column + 1, -1) : total;
  }

  size(wide) {
    return Math.min(wide > 14 ? 0.62 * wide : wide - 1, CELL_MOST * this.scale);
  }

  // Where the cell of a column ends: on the right (1) or on the left (-1).
  edge(column, side) {
    const { lefts, widths } = this.layout;
    return lefts[column] + (widths[column] + side * this.size(widths[column])) / 2;
  }

  cell({ x, wide, before, lane, backwards }, { value, scale: colours }, chosen) {
    const { context, theme, scale } = this;
    const size = this.size(wide);
    const left = x + (wide - size) / 2;
    const top = this.top(lane);
    const tall = CELL_HEIGHT * scale;
    const entry = backwards ? left + size : left;
    context.strokeStyle = context.fillStyle = chosen ? theme.text : theme.faint;
    for (const y of this.lines(lane)) this.line(before, y, entry, y, Math.abs(entry - before) > 2 * HEAD);
    this.word(x, wide, left, top + tall, lane);
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

  // From the word below into a cell; between narrow columns the lines would be a comb. To an upper lane it passes the
  // cells of the lower one on their left: it comes from the word, not from them.
  word(x, wide, left, bottom, lane) {
    const middle = x + wide / 2;
    const headed = wide >= 3 * HEAD;
    if (lane === this.lanes.length - 1) {
      if (wide > 2 * HEAD) this.line(middle, this.height, middle, bottom, headed);
    } else if (wide >= BYPASS_LEAST) {
      const aside = (x + left) / 2;
      const turn = (bottom + this.top(lane + 1)) / 2;
      this.line(aside, this.height, aside, turn, false);
      this.line(aside, turn, middle, turn, false);
      this.line(middle, turn, middle, bottom, headed);
    }
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
    const back = x2 - Math.sign(x2 - x1) * head;
    context.beginPath();
    context.moveTo(x2, y2);
    context.lineTo(across ? x2 - 0.7 * head : back, across ? y2 + head : y2 - 0.7 * head);
    context.lineTo(across ? x2 + 0.7 * head : back, across ? y2 + head : y2 + 0.7 * head);
    context.fill();
  }
}

// A number as an index: 50 → ₅₀.
function lowered(number) {
  return String(number).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}

// Two decimals, as far as a cell has room.
function brief(value) {
  const size = Math.abs(value);
  const text = size && size < 0.005 ? value.toExponential(0) : value.toFixed(size < 10 ? 2 : 0);
  return text.replace(/^-/, "−");
}
