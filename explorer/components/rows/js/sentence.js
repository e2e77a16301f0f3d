// The sentence over the columns. It takes the keyboard: ← → Home End move from word to word.

class Sentence extends Words {
  constructor(onMove) {
    super();
    this.onMove = onMove;
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "slider");
    this.element.setAttribute("aria-valuemin", "1");
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  fill(data, layout) {
    super.fill(data, layout);
    const words = data.tokens.map((token) => token.word).join(" ");
    this.element.setAttribute("aria-label", `Words of the sentence “${words}”. Arrow keys move.`);
    this.element.setAttribute("aria-valuemax", String(data.tokens.length));
  }

  // `column` is the word pointed at or focused, or null.
  mark(column, spoken) {
    super.mark(column);
    label(this.element, "aria-valuenow", String(spoken + 1));
    const { tokens } = this.data;
    const word = tokens[spoken];
    label(this.element, "aria-valuetext", word ? `${word.word}, word ${spoken + 1} of ${tokens.length}` : "");
  }

  key(event) {
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.onMove(moves[event.key]);
  }
}
