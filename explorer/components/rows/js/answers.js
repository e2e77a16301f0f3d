// The net's answer: the top word with its probability, whether it is right, and the two next words.

// A right word that the net itself holds for less likely than not is luck: no ✓ for it.
// charts/sheet.py draws the same line.
const GUESS = 0.5;
const MARKS = { "": "", right: "✓", "right, by a guess": "≈", wrong: "✗" };

function ranked(probabilities, words, count) {
  return Array.from(probabilities, (share, i) => ({ share, i, word: words[i] }))
    .sort((one, other) => other.share - one.share)
    .slice(0, count);
}

class Answer {
  constructor(words, right, prefix) {
    this.words = words;
    this.right = right;
    this.prefix = prefix;
    this.element = make("div", "answer");
    const top = this.element.appendChild(make("div", "top"));
    this.mark = top.appendChild(make("span", "mark"));
    this.word = top.appendChild(make("span", "word"));
    this.share = top.appendChild(make("span", "share"));
    this.verdict = top.appendChild(hidden());
    this.next = [0, 1].map(() => this.element.appendChild(make("div", "next")));
  }

  // Returns the sentence for screen readers: "French 99 %, right".
  show(probabilities) {
    this.lucky = false;
    if (!probabilities) {
      write(this.word, "not recorded yet");
      for (const part of [this.mark, this.share, this.verdict, ...this.next]) write(part, "");
      return "not recorded yet";
    }
    const [top, ...rest] = ranked(probabilities, this.words, 3);
    const right = top.i === this.right;
    const verdict = this.right === null ? "" : !right ? "wrong" : top.share < GUESS ? "right, by a guess" : "right";
    this.lucky = verdict === "right, by a guess";
    write(this.mark, MARKS[verdict]);
    this.mark.setAttribute("aria-hidden", "true");
    this.element.classList.toggle("right", verdict === "right");
    this.element.classList.toggle("wrong", verdict === "wrong");
    write(this.word, top.word);
    write(this.share, percent(top.share));
    write(this.verdict, verdict ? `, ${verdict}` : "");
    this.next.forEach((line, n) => write(line, rest[n] ? `${rest[n].word} ${percent(rest[n].share)}` : ""));
    const sentence = `${top.word} ${percent(top.share)}${verdict ? `, ${verdict}` : ""}`;
    return this.prefix ? `${this.prefix}: ${sentence}` : sentence;
  }
}
