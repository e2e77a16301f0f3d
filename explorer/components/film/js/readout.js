// The cell under the pointer, or the chosen one: where it is, its value to seven figures, the other panels there.

const FIGURES = 7; // a float32 holds about as many

class Readout {
  constructor() {
    this.element = make("div", "readout");
    this.where = this.element.appendChild(make("span", "which"));
    this.value = this.element.appendChild(make("b", "exact"));
    this.hint = this.element.appendChild(make("span", "hint", "click to choose · arrow keys move"));
    this.others = this.element.appendChild(make("div", "values"));
    // Spoken apart from what is shown: while training is scrubbed the numbers change sixty times a second.
    this.spoken = hidden();
    this.spoken.setAttribute("aria-live", "polite");
  }

  fill(views) {
    this.views = views;
    this.parts = views.map(({ panel }) => {
      const part = make("span", "value");
      if (panel.color) part.style.setProperty("--hue", panel.color);
      if (panel.color) part.append(make("span", "swatch"));
      part.append(make("span", "of", panel.label));
      part.number = part.appendChild(make("b"));
      return part;
    });
    this.others.replaceChildren(...this.parts);
    this.others.hidden = views.length < 2;
  }

  show(data, { view, row, column }, step) {
    const { rows, names } = view.panel;
    const name = names ? `${rows[row]}, “${nameOf(view.panel, step, row)}”` : rows[row];
    const token = data.tokens[column];
    const place = `${data.column_title} ${column + 1} of ${data.tokens.length}`;
    write(this.where, `${view.panel.label} · ${view.panel.row_title} ${name} · “${token.word}”, ${place}`);
    const value = exact(view.value(step, row, column), FIGURES);
    write(this.value, value);
    this.views.forEach((other, n) => {
      // Where rows are panels (the reach of several nets), the row of this one.
      const at = other.panel.rows[row] === rows[row] ? row : other.panel.rows.indexOf(view.panel.label);
      write(this.parts[n].number, at < 0 ? "–" : exact(other.value(step, at, column), 4));
    });
    this.text = `${view.panel.label}, ${view.panel.row_title} ${name}, ${token.word}, ${place}: ${value}`;
  }

  say(text) {
    write(this.spoken, text);
  }
}
