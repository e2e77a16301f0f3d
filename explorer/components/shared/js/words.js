// The words over the columns: readable ones as text, filler as ticks, or only numbers where words have no room.

const NUMBER_ROOM = 40; // px between two numbers

class Words {
  constructor() {
    this.element = make("div", "sentence");
  }

  fill(data, layout) {
    this.data = data;
    this.layout = layout;
    this.element.replaceChildren();
    this.element.classList.toggle("slanted", layout.slanted);
    this.element.style.width = `${layout.total}px`;
    this.words = data.tokens.map((token, t) => (this.ticked(t) ? null : this.word(token, t)));
    if (layout.numbered) this.element.append(...this.numbers());
    else for (const run of layout.runs) this.element.append(this.run(run));
    this.tag = this.element.appendChild(make("span", "tag"));
    this.tag.hidden = true;
  }

  ticked(t) {
    const { numbered, shown } = this.layout;
    return Boolean(numbered) || isFiller(this.data, t) || Boolean(shown && !shown.has(t));
  }

  word(token, t) {
    const { lefts, widths } = this.layout;
    const column = this.element.appendChild(make("span", "column"));
    column.style.left = `${lefts[t]}px`;
    column.style.width = `${widths[t] - 1}px`;
    const word = column.appendChild(make("span", "word", token.word));
    column.classList.toggle("cue", t === this.data.cue);
    column.classList.toggle("unknown", !token.known);
    if (t === this.data.cue && this.data.swap) {
      column.append(make("span", "swap", `→ ${this.data.swap.word}`));
    }
    return word;
  }

  run(run) {
    const count = run.end - run.start;
    const element = make("span", "run");
    element.style.left = `${run.left}px`;
    element.style.width = `${run.width}px`;
    element.style.setProperty("--tick", `${run.width / count}px`);
    if (run.width > 120) element.append(make("span", "runlabel", `${count} words of filler`));
    return element;
  }

  // Steps count from 1: 1, 10, 20, …
  numbers() {
    const { lefts, widths, scale } = this.layout;
    const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => n * widths[0] >= NUMBER_ROOM * scale) ?? 1000;
    return lefts.flatMap((left, t) => {
      if (t && (t + 1) % every) return [];
      const number = make("span", "stepnumber", String(t + 1));
      number.style.left = `${left + widths[t] / 2}px`;
      number.classList.toggle("last", t === lefts.length - 1);
      return [number];
    });
  }

  // `column` is the word pointed at or focused, or null.
  mark(column) {
    const { data, layout } = this;
    this.words.forEach((word, t) => word && word.classList.toggle("at", t === column));
    this.tag.hidden = column === null || !this.ticked(column);
    this.element.classList.toggle("tagged", !this.tag.hidden);
    if (this.tag.hidden) return;
    write(this.tag, layout.numbered ? `${column + 1}: ${data.tokens[column].word}` : data.tokens[column].word);
    const middle = layout.lefts[column] + layout.widths[column] / 2;
    const half = this.tag.offsetWidth / 2;
    this.tag.style.left = `${Math.min(Math.max(middle, half), Math.max(layout.total - half, half))}px`;
  }
}
