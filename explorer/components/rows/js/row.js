// One trained net: its name and seeds, its strip, its answer.

class Row {
  constructor(row, data) {
    this.row = row;
    this.data = data;
    this.element = make("div", "row");
    this.element.setAttribute("role", "group");
    this.element.append(this.name(), this.strip(), this.answer());
  }

  name() {
    const cell = make("div", "name");
    cell.style.setProperty("--hue", this.row.color);
    cell.classList.toggle("hollow", this.row.hollow);
    cell.append(make("div", "label", this.row.label), make("div", "detail", this.row.detail));
    this.note = cell.lastChild.appendChild(make("span", "note"));
    if (this.row.solved) cell.append(seeds(this.row.solved));
    return cell;
  }

  strip() {
    this.box = make("div", "strip");
    this.canvas = this.box.appendChild(make("canvas"));
    this.canvas.setAttribute("aria-hidden", "true");
    this.number = this.box.appendChild(make("span", "number"));
    this.number.setAttribute("aria-hidden", "true");
    return this.box;
  }

  answer() {
    const { answers, right, swap, tokens, cue } = this.data;
    const cell = make("div", "answers");
    const before = swap && cue !== null ? tokens[cue].word : "";
    this.answers = [new Answer(answers, right, before)];
    if (swap) this.answers.push(new Answer(answers, swap.right, swap.word));
    cell.classList.toggle("two", Boolean(swap));
    cell.append(...this.answers.map((answer) => answer.element));
    return cell;
  }

  arrange(layout, height, theme) {
    this.layout = layout;
    this.height = height;
    this.theme = theme;
    this.context = sizeCanvas(this.canvas, layout.total + 2 * STRIP_MARGIN, height);
    this.pattern = hatch(this.context, theme);
    const { cue } = this.data;
    this.number.hidden = cue === null;
    if (cue === null) return;
    this.number.style.left = `${layout.lefts[cue] + STRIP_MARGIN}px`;
    this.number.style.width = `${layout.widths[cue] - 1}px`;
  }

  // The values of the snapshot on show, [time], or null.
  values(step, measure) {
    const snapshot = newest(this.row.steps, step);
    return at(this.row.values[measure.key], snapshot, this.data.tokens.length);
  }

  draw(step, measure, column) {
    const { cue, answers, tokens } = this.data;
    const values = this.values(step, measure);
    const snapshot = newest(this.row.steps, step);
    const { height, theme, pattern } = this;
    drawStrip(this.context, this.layout, values, { height, cue, column, theme, pattern });
    const said = this.answers.map((answer, n) =>
      answer.show(at(n ? this.row.swapped : this.row.answers, snapshot, answers.length)),
    );
    const last = this.row.steps[this.row.steps.length - 1];
    write(this.note, last < step ? `, trained ${last}\u00a0steps` : "");
    const value = cue === null || !values ? NaN : values[cue];
    const printed = short(value, measure.fraction);
    write(this.number, printed);
    this.number.style.color = value >= FLOOR ? inkOn(value) : theme.text;
    this.number.classList.toggle("plain", !(value >= FLOOR));
    const atCue = cue === null ? "" : `; ${measure.label} at ${tokens[cue].word} ${printed}`;
    this.said = `${this.row.label}: answer ${said.join("; ")}${atCue}`;
    label(this.element, "aria-label", `${this.row.label}, ${this.row.detail}: answer ${said.join("; ")}${atCue}`);
  }
}
