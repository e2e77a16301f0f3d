// Left of a panel, and staying there while columns scroll: its name, and names of some rows.

const ROW_NAME = 17; // px between two names at scale 1

class Names {
  constructor(panel, data) {
    this.panel = panel;
    this.element = make("div", "names");
    const said = this.element.appendChild(make("div", "said"));
    said.classList.toggle("hued", Boolean(panel.color));
    if (panel.color) said.style.setProperty("--hue", panel.color);
    const name = said.appendChild(make("div", "label"));
    name.append(make("span", "", panel.label));
    if (panel.symbol) name.append(" ", symbol(panel.symbol));
    if (panel.detail) said.append(make("div", "detail", panel.detail));
    this.rows = this.element.appendChild(make("div", "rownames"));
    this.rows.setAttribute("aria-hidden", "true");
    this.title = make("span", "rowtitle", panel.row_title);
    this.tag = make("span", "tag");
    this.tokens = data.tokens;
  }

  arrange(view, square, scale, block, room) {
    const { panel, tokens } = this;
    this.element.style.setProperty("--names", `${room}px`);
    this.element.style.height = `${Math.max(view.height, block)}px`;
    this.rowHeight = view.rowHeight;
    const gap = (ROW_NAME * scale) / view.rowHeight;
    const places = square ? apart(panel.order.map((row) => tokens[row]), gap) : every(panel.order.length, gap);
    this.gap = gap;
    this.named = null;
    this.written = places.map((place) => {
      const name = make("span", "rowname", panel.rows[panel.order[place]]);
      name.style.top = `${(place + 0.5) * view.rowHeight}px`;
      return { place, name };
    });
    this.title.style.top = `${view.height / 2}px`;
    this.title.hidden = panel.rows.length < 2;
    this.rows.replaceChildren(this.title, ...this.written.map(({ name }) => name), this.tag);
  }

  // The names at a training step.
  at(step) {
    const snapshot = this.panel.names ? newest(this.panel.steps, step) : null;
    if (snapshot === this.named) return;
    this.named = snapshot;
    for (const { place, name } of this.written) write(name, nameOf(this.panel, step, this.panel.order[place]));
  }

  // `row` of the cursor, or null.
  mark(row, step) {
    this.tag.hidden = row === null;
    this.element.classList.toggle("at", row !== null);
    const at = row === null ? -Infinity : this.panel.place[row];
    for (const { place, name } of this.written) name.classList.toggle("under", Math.abs(place - at) < this.gap);
    if (row === null) return;
    write(this.tag, nameOf(this.panel, step, row));
    this.tag.style.top = `${(at + 0.5) * this.rowHeight}px`;
  }
}

// "c_t" as in an equation: c with a small t below.
function symbol(text) {
  const [letter, index = ""] = text.split("_");
  const element = make("i", "symbol", letter);
  if (index) element.append(make("sub", "", index));
  return element;
}

// Every so many places get a name, from the first.
function every(count, gap) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200].find((n) => n >= gap) ?? 500;
  return Array.from({ length: count }, (_, place) => place).filter((place) => place % step === 0);
}
