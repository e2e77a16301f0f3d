// What every picture does: holds its root, is laid out again when the width or the font changes, draws once a frame.

const PAGE = 1200; // px: the width at which the scale is 1

class Stage {
  constructor(parent, name) {
    this.root = parent.appendChild(make("div", name));
    this.message = this.root.appendChild(make("p", "message"));
    this.stage = this.root.appendChild(make("div", "stage"));
    this.watch = new ResizeObserver(() => this.width !== this.root.clientWidth && this.arrange());
    this.watch.observe(this.root);
    // Widths are measured in the page's font, which may come after the first paint.
    document.fonts.ready.then(() => this.arrange());
  }

  // A sentence in place of the picture, or "" for the picture. Returns whether there is a picture.
  instead(text) {
    this.message.hidden = !text;
    this.stage.hidden = Boolean(text);
    write(this.message, text);
    return !text;
  }

  // Takes the width and its scale; returns how wide a word is.
  letters() {
    this.width = this.root.clientWidth;
    this.scale = Math.min(Math.max(this.width / PAGE, 1), 1.3);
    this.root.style.setProperty("--scale", String(this.scale));
    this.root.classList.toggle("wide", this.width > 1400);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${17 * this.scale}px ${getComputedStyle(this.root).fontFamily}`;
    return (word) => pen.measureText(word).width;
  }

  // At most one drawing per frame, however fast the notches come.
  later() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  close() {
    this.watch.disconnect();
    this.scrubber.close();
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }
}

// Room above the columns for slanted words.
function slant(data, layout, scale, measure) {
  if (!layout.slanted) return "0px";
  const longest = Math.max(...data.tokens.map((token, t) => (isFiller(data, t) ? 0 : measure(token.word))));
  return `${longest * 0.87 + 20 * scale}px`;
}
