// The whole picture: holds the data, the place in training, the chosen cell, the cell pointed at.

class View extends Stage {
  constructor(parent) {
    super(parent, "film");
    const body = this.stage.appendChild(make("div", "body"));
    this.gutter = body.appendChild(make("div", "gutter"));
    this.scroller = body.appendChild(make("div", "scroller"));
    this.sheet = this.scroller.appendChild(make("div", "sheet"));
    this.graph = new Graph();
    this.words = new Words();
    this.heading = make("div", "heading");
    this.panels = make("div", "panels");
    this.chosen = new Marks("chosen");
    this.pointed = new Marks("pointed");
    this.sheet.append(this.graph.box, this.words.element, this.panels);
    this.readout = new Readout();
    this.scrubber = new Scrubber((index) => this.goTo(index), () => this.rest());
    this.legend = new Legend();
    this.stage.append(this.readout.element, this.readout.spoken, this.scrubber.element, this.legend.element);
    this.position = new Position();
    this.choice = new Choice();
    this.keys = new Keys(this);
    listen(this);
  }

  // Data come again at every rerun: what the reader has chosen outlives them.
  fill(bytes) {
    if (sameBytes(this.bytes, bytes)) return this.arrange();
    this.bytes = bytes;
    this.data = unpack(bytes);
    const { panels, tokens, steps } = this.data;
    const place = placeOf(this, this.data);
    if (!this.instead(panels.length && tokens.length ? "" : this.data.empty)) return undefined;
    this.views = panels.map((panel) => new PanelView(panel, this.data));
    this.names = panels.map((panel) => new Names(panel, this.data));
    this.panels.replaceChildren(...this.views.map(({ box }) => box), this.pointed.column, this.chosen.column);
    this.gutter.replaceChildren(this.graph.name, this.heading, ...this.names.map(({ element }) => element));
    write(this.heading, this.data.column_title);
    this.graph.fill(this.data);
    this.move(place);
    this.hovered = null;
    this.readout.fill(this.views);
    this.scrubber.fill(steps);
    this.scrubber.element.hidden = steps.length < 2;
    this.arrange();
    return undefined;
  }

  // The place in training and the chosen cell, as far as the page changes them.
  move({ step, cursor }) {
    this.position.fill(this.data.steps, step, this.scrubber.busy);
    this.choice.fill(this.data, this.views, cursor);
  }

  // The page names another place, for the same data.
  stand(place) {
    if (!this.views || this.stage.hidden) return;
    const before = this.choice.key;
    this.move(place);
    if (this.choice.key !== before) this.hovered = null; // a resting pointer does not hide where it went
    this.later();
  }

  arrange() {
    if (!this.data || this.stage.hidden || !this.root.clientWidth) return;
    const measure = this.letters();
    const { scale, data } = this;
    const theme = inks(this.root, this.scroller);
    const dark = isDark(theme.page);
    const rooms = data.panels.map((panel) => nameRoom(panel, scale, measure));
    this.root.style.setProperty("--names", `${Math.max(...rooms)}px`);
    const width = this.scroller.clientWidth - 2 * EDGE;
    const { square } = data;
    const layout = (this.layout = columnsOf(data, width - this.graph.beyond(measure), scale, measure, square));
    const pieces = stretches(layout);
    const look = { width, theme, dark, blank: packed(partsOf(theme.page)), block: 52 * scale };
    this.root.style.setProperty("--slant", slant(data, layout, scale, measure));
    this.sheet.style.width = `${layout.total + this.graph.beyond(measure)}px`;
    this.panels.style.width = `${layout.total}px`;
    this.words.fill(data, layout);
    this.heading.style.height = `${this.words.element.offsetHeight}px`;
    const heights = rowHeights(data.panels, square, scale);
    this.views.forEach((view, n) => {
      view.arrange(layout, pieces, heights[n], look);
      this.names[n].arrange(view, square, scale, look.block, rooms[n]);
    });
    const last = this.views[this.views.length - 1];
    this.panels.style.setProperty("--spare", last.box.style.marginBottom);
    this.graph.arrange(layout, look, scale, getComputedStyle(this.root).fontFamily);
    this.legend.draw(this.views, scale, theme);
    label(this.scroller, "aria-label", this.described());
    this.draw();
  }

  described() {
    const { panels, tokens, column_title: columns, row_title: rows } = this.data;
    const names = panels.map((panel) => panel.label).join(", ");
    return `${names} over ${tokens.length} ${columns}s. Left and right move in time, up and down by ${rows}, page keys between pictures.`;
  }

  // {view, row, column} of a pointer; view and row only over a panel.
  cellAt(event) {
    const x = event.clientX - this.sheet.getBoundingClientRect().left;
    if (x < 0 || x >= this.layout.total) return null;
    const cell = { column: columnAt(this.layout, x) };
    const box = event.composedPath().find((element) => element.classList && element.classList.contains("panel"));
    const view = this.views.find((one) => one.box === box);
    const row = view ? view.rowAt(event.clientY - box.getBoundingClientRect().top) : null;
    return row === null ? cell : { ...cell, view, row };
  }

  point(cell) {
    this.hovered = cell;
    this.later();
  }

  choose(cell) {
    this.choice.go(cell);
    this.later();
  }

  goTo(index) {
    this.position.goTo(index);
    this.scrubber.show(index);
    this.later();
  }

  // The scrubber was let go.
  rest() {
    this.draw();
    this.readout.say(`${this.scrubber.text.textContent}. ${this.readout.text}`);
    const step = this.position.toSend();
    if (step !== null) this.send("step", stamped(step));
  }

  // A cell was chosen.
  settle() {
    this.draw();
    this.readout.say(this.readout.text);
    const cell = this.choice.toSend();
    if (cell) this.send("cursor", stamped(cell));
  }

  draw() {
    if (!this.data || this.stage.hidden || !this.layout) return;
    const { step, index } = this.position;
    const { choice, layout, hovered } = this;
    const scrolled = this.scroller.scrollLeft;
    for (const view of this.views) view.draw(step, scrolled);
    const pinned = { view: choice.view, row: choice.row, column: choice.column };
    const shown = hovered ? { ...pinned, ...hovered } : pinned;
    this.chosen.show(pinned, layout);
    this.pointed.show(hovered && shown, layout);
    this.words.mark(shown.column);
    this.graph.draw(scrolled, shown.column, (direction) => {
      const view = this.inDirection(shown.view, direction);
      return (column) => ({ value: view ? view.value(step, shown.row, column) : NaN, scale: view && view.scale });
    });
    this.names.forEach((names, n) => {
      names.at(step);
      names.mark(this.views[n] === shown.view ? shown.row : null, step);
    });
    this.readout.show(this.data, shown, step);
    this.scrubber.show(index);
  }

  // The panel itself, or the one of the same signal in the other direction.
  inDirection(view, direction) {
    if (view.panel.direction === direction) return view;
    return this.views.find(({ panel }) => panel.direction === direction && panel.symbol === view.panel.symbol);
  }

  close() {
    forget(this);
    this.keys.close();
    super.close();
  }
}
