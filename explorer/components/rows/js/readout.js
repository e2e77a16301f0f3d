// The word under the pointer or the keyboard, and every row's number there.

class Readout {
  constructor() {
    this.element = make("div", "readout");
    this.word = this.element.appendChild(make("span", "which"));
    this.values = this.element.appendChild(make("span", "values"));
    this.hint = this.element.appendChild(make("span", "hint", "point at any word, or use ← →"));
    // Spoken apart from what is shown: while training is scrubbed the numbers change sixty times a second.
    this.spoken = hidden();
    this.spoken.setAttribute("aria-live", "polite");
  }

  fill(rows) {
    this.values.replaceChildren();
    this.hint.hidden = rows.length > 2; // then the line is full
    this.parts = rows.map(({ row }) => {
      const part = this.values.appendChild(make("span", "value"));
      part.style.setProperty("--hue", row.color);
      part.classList.toggle("hollow", row.hollow);
      const twin = rows.some((other) => other.row !== row && other.row.label === row.label);
      const name = twin ? `${row.label} (${row.detail})` : row.label;
      part.append(make("span", "swatch"), make("span", "of", name));
      return part.appendChild(make("b"));
    });
    this.rows = rows;
  }

  show(data, column, step, measure) {
    const token = data.tokens[column];
    write(this.word, `${describe(token, column, data)} · ${measure.label}`);
    const numbers = this.rows.map((row) => {
      const values = row.values(step, measure);
      const value = values ? values[column] : NaN;
      const brief = short(value, measure.fraction);
      return brief.startsWith("1/") || brief.startsWith("<") ? `${brief} (${exact(value)})` : exact(value);
    });
    this.parts.forEach((part, n) => write(part, numbers[n]));
    this.text = `${token.word}: ${measure.label} ${this.rows.map(({ row }, n) => `${row.label} ${numbers[n]}`).join(", ")}`;
  }

  say(text) {
    write(this.spoken, text);
  }
}

function describe(token, column, data) {
  const place = `word ${column + 1} of ${data.tokens.length}`;
  const kind = token.known ? (column === data.cue ? "the cue" : "") : "unknown to the nets";
  return [`“${token.word}”`, kind, place].filter(Boolean).join(" · ");
}
