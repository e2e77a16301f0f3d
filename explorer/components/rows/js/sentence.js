// The sentence over the columns. It takes the keyboard: ← → Home End move from word to word.

class Sentence {
  constructor(onMove) {
    this.onMove = onMove;
    this.element = make("div", "sentence");
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "slider");
    this.element.setAttribute("aria-valuemin", "1");
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  fill(data, layout) {
    this.data = data;
    this.layout = layout;
    this.element.replaceChildren();
    this.element.classList.toggle("slanted", layout.slanted);
    this.element.style.width = `${layout.total}px`;
    const words = data.tokens.map((token) => token.word).join(" ");
    this.element.setAttribute("aria-label", `Words of the sentence “${words}”. Arrow keys move.`);
    this.element.setAttribute("aria-valuemax", String(data.tokens.length));
    this.words = data.tokens.map((token, t) => (isFiller(data, t) ? null : this.word(token, t)));
    for (const run of layout.runs) this.element.append(this.run(run));
    this.tag = this.element.appendChild(make("span", "tag"));
    this.tag.hidden = true;
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

  // `column` is the word pointed at or focused, or null.
  mark(column, spoken) {
    const { data, layout } = this;
    this.words.forEach((word, t) => word && word.classList.toggle("at", t === column));
    this.tag.hidden = column === null || !isFiller(data, column);
    this.element.classList.toggle("tagged", !this.tag.hidden);
    if (!this.tag.hidden) {
      write(this.tag, data.tokens[column].word);
      const middle = layout.lefts[column] + layout.widths[column] / 2;
      const half = this.tag.offsetWidth / 2;
      this.tag.style.left = `${Math.min(Math.max(middle, half), Math.max(layout.total - half, half))}px`;
    }
    label(this.element, "aria-valuenow", String(spoken + 1));
    const word = data.tokens[spoken];
    label(this.element, "aria-valuetext", word ? `${word.word}, word ${spoken + 1} of ${data.tokens.length}` : "");
  }

  key(event) {
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.onMove(moves[event.key]);
  }
}
