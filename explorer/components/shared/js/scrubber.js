// Through training: play, drag, arrow keys. One notch is one snapshot step, so the axis is log-spaced.

const NOTCH = 180; // ms per snapshot while playing
const NOTCH_CALM = 700; // when the reader asked for less motion
const SETTLED = 500; // ms without a key before the position is sent

class Scrubber {
  // onMove(index) at every notch; onRest() once the reader has let go.
  constructor(onMove, onRest) {
    this.onMove = onMove;
    this.onRest = onRest;
    this.element = make("div", "scrubber");
    this.button = this.element.appendChild(make("button", "play"));
    this.button.type = "button";
    this.range = this.element.appendChild(make("input"));
    this.range.type = "range";
    this.range.min = "0";
    this.range.step = "1";
    this.range.setAttribute("aria-label", "training step");
    this.text = this.element.appendChild(make("span", "step"));
    this.button.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.range.addEventListener("pointerdown", () => this.hold());
    this.range.addEventListener("input", () => this.input());
    this.range.addEventListener("change", () => this.rest());
    this.label();
  }

  fill(steps) {
    this.steps = steps;
    this.range.max = String(Math.max(steps.length - 1, 0));
  }

  get busy() {
    return Boolean(this.playing || this.held || this.waiting);
  }

  show(index) {
    this.index = index;
    if (Number(this.range.value) !== index) this.range.value = String(index);
    const text = `training step ${this.steps[index]} of ${this.steps[this.steps.length - 1]}`;
    write(this.text, text);
    label(this.range, "aria-valuetext", text);
    const share = this.steps.length > 1 ? index / (this.steps.length - 1) : 1;
    this.range.style.setProperty("--done", `${100 * share}%`);
  }

  input() {
    this.stop();
    clearTimeout(this.waiting);
    this.waiting = null;
    this.onMove(Number(this.range.value));
  }

  hold() {
    this.held = true;
    clearTimeout(this.waiting);
    this.waiting = null;
  }

  // "change" comes once per drag, but after every arrow key: wait until the keys are quiet.
  rest() {
    const released = this.held;
    this.held = false;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.onRest();
    }, released ? 0 : SETTLED);
  }

  play() {
    if (this.index === this.steps.length - 1) this.onMove(0);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = calm ? NOTCH_CALM : NOTCH;
    let due = performance.now() + pace;
    const tick = (now) => {
      if (now >= due) {
        due = Math.max(due + pace, now);
        if (this.index + 1 < this.steps.length) this.onMove(this.index + 1);
        if (this.index + 1 >= this.steps.length) return this.pause();
      }
      this.playing = requestAnimationFrame(tick);
    };
    this.playing = requestAnimationFrame(tick);
    this.label();
  }

  pause() {
    this.stop();
    this.onRest();
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.playing = null;
    this.label();
  }

  label() {
    this.button.classList.toggle("playing", Boolean(this.playing));
    label(this.button, "aria-label", this.playing ? "pause" : "play the training");
  }

  close() {
    cancelAnimationFrame(this.playing);
    clearTimeout(this.waiting);
  }
}
