// The whole picture: holds the data, the position in training, the word pointed at, the measure.

const STRIP_HEIGHT = 56;

class View extends Stage {
  constructor(parent) {
    super(parent, "rows");
    this.id = `rows-measure-${Math.random().toString(36).slice(2)}`;
    this.sentence = new Sentence((by) => this.step(by));
    this.readout = new Readout();
    this.scrubber = new Scrubber((index) => this.goTo(index), () => this.rest());
    this.legend = new Legend((measure) => this.choose(measure));
    this.head = this.stage.appendChild(make("div", "head"));
    this.head.append(make("div", "corner"), this.sentence.element);
    this.heading = this.head.appendChild(make("div", "heading"));
    this.body = this.stage.appendChild(make("div", "body"));
    const arrow = this.stage.appendChild(make("div", "arrow"));
    this.arrow = arrow.appendChild(make("div", "line"));
    this.arrow.append(make("span", "", "← the signal runs backwards"), make("span", "shaft"));
    this.luck = arrow.appendChild(make("div", "luck", "≈ right, but only a guess"));
    this.caption = make("p", "caption");
    this.stage.append(this.readout.element, this.readout.spoken, this.scrubber.element, this.caption);
    this.stage.append(this.legend.element);
    this.listen();
    this.position = new Position();
  }

  listen() {
    this.stage.addEventListener("pointermove", (event) => this.point(this.columnOf(event)));
    this.stage.addEventListener("pointerleave", () => this.point(null));
    this.stage.addEventListener("click", (event) => this.pin(this.columnOf(event)));
    this.sentence.element.addEventListener("focus", () => this.later());
    this.sentence.element.addEventListener("blur", () => this.later());
  }

  // Data come again at every rerun: what the reader has chosen outlives them.
  fill(bytes) {
    if (sameBytes(this.bytes, bytes)) return this.arrange();
    this.bytes = bytes;
    const before = this.data;
    this.data = unpack(bytes);
    const { rows, tokens, cue, steps, measures, swap } = this.data;
    if (!this.instead(rows.length && tokens.length ? "" : this.data.empty)) return undefined;
    this.measure = this.wantedMeasure(measures);
    this.position.fill(steps, this.data.start_step, this.scrubber.busy);
    if (!before || before.tokens.length !== tokens.length || before.cue !== cue) this.pinned = cue ?? 0;
    this.hovered = null;
    this.rows = rows.map((row) => new Row(row, this.data));
    this.body.replaceChildren(...this.rows.map((row) => row.element));
    this.heading.replaceChildren(...this.headings(swap));
    this.heading.classList.toggle("two", Boolean(swap));
    this.readout.fill(this.rows);
    this.scrubber.fill(steps);
    this.legend.fill(this.data, this.measure, this.id);
    this.arrange();
    return undefined;
  }

  headings(swap) {
    const { tokens, cue } = this.data;
    if (!swap) return [make("span", "", "answer")];
    return [make("span", "", cue === null ? "before" : tokens[cue].word), make("span", "", `→ ${swap.word}`)];
  }

  wantedMeasure(measures) {
    const start = this.data.start_measure;
    const asked = start !== null && start !== this.startMeasure && start !== this.sentMeasure;
    this.startMeasure = start;
    const key = asked || !this.measure ? start : this.measure.key;
    return measures.find((measure) => measure.key === key) ?? measures[0];
  }

  arrange() {
    if (!this.data || this.stage.hidden || !this.root.clientWidth) return;
    const style = getComputedStyle(this.root);
    this.theme = inks(this.root, this.caption);
    const measure = this.letters();
    const { scale } = this;
    this.root.classList.remove("stacked");
    let layout = arrange(this.data, this.stripRoom(), scale, measure, TICK_LEAST);
    if (layout.total > this.stripRoom() + 1) {
      this.root.classList.add("stacked");
      layout = arrange(this.data, this.stripRoom(), scale, measure, 1);
    }
    this.layout = layout;
    this.root.style.setProperty("--slant", slant(this.data, layout, scale, measure));
    this.sentence.fill(this.data, layout);
    this.arrow.style.width = `${layout.total}px`;
    for (const row of this.rows) row.arrange(layout, STRIP_HEIGHT * scale, this.theme);
    this.legend.draw(scale, this.theme);
    this.draw();
  }

  // The middle column of the grid, less the room for outlines.
  stripRoom() {
    const tracks = getComputedStyle(this.head).gridTemplateColumns.split(" ");
    return parseFloat(tracks.length > 2 ? tracks[1] : tracks[0]) - 2 * STRIP_MARGIN;
  }

  columnOf(event) {
    const place = event.composedPath().find((element) =>
      element.classList && (element.classList.contains("strip") || element.classList.contains("sentence")),
    );
    if (!place || !this.layout) return null;
    const x = event.clientX - this.sentence.element.getBoundingClientRect().left;
    return x < 0 || x > this.layout.total ? null : columnAt(this.layout, x);
  }

  point(column) {
    if (column === this.hovered) return;
    this.hovered = column;
    this.later();
  }

  pin(column) {
    if (column === null) return;
    this.pinned = column;
    this.sentence.element.focus({ preventScroll: true });
    this.later();
  }

  step(by) {
    const last = this.data.tokens.length - 1;
    this.pinned = Math.min(Math.max(this.pinned + by, 0), last);
    this.hovered = null;
    this.draw();
    this.readout.say(this.readout.text);
  }

  goTo(index) {
    this.position.goTo(index);
    this.scrubber.show(index);
    this.later();
  }

  rest() {
    this.draw();
    this.readout.say(`${this.scrubber.text.textContent}. ${this.rows.map((row) => row.said).join(". ")}`);
    const step = this.position.toSend();
    if (step !== null) this.send("step", step);
  }

  choose(measure) {
    this.measure = measure;
    this.sentMeasure = measure.key;
    this.legend.explain(measure);
    this.draw();
    this.send("measure", measure.key);
  }

  draw() {
    if (!this.data || this.stage.hidden || !this.layout) return;
    const { step, index } = this.position;
    const focused = this.root.getRootNode().activeElement === this.sentence.element;
    const column = this.hovered ?? (focused ? this.pinned : null);
    const spoken = this.hovered ?? this.pinned;
    for (const row of this.rows) row.draw(step, this.measure, column);
    this.luck.classList.toggle("none", !this.rows.some((row) => row.answers.some((answer) => answer.lucky)));
    this.sentence.mark(column, spoken);
    this.readout.show(this.data, spoken, step, this.measure);
    this.scrubber.show(index);
    write(this.caption, step === 0 ? this.data.question : this.measure.caption);
  }
}
