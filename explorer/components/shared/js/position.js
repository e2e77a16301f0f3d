// Where in training the picture stands. It is kept as a training step, so it outlives other data.

class Position {
  constructor() {
    this.steps = [];
    this.index = -1;
    this.sent = []; // steps sent to the page that it has not mirrored yet
  }

  get step() {
    return this.steps[this.index];
  }

  // New data. A new `start` moves the position, unless it is the echo of a step that was sent from
  // here (the reader may be elsewhere by now) or the scrubber is in use. At the end it stays there.
  fill(steps, start, busy) {
    const last = steps[steps.length - 1];
    const atEnd = this.index >= 0 && this.index === this.steps.length - 1;
    const echo = this.sent.indexOf(start);
    const asked = start !== null && start !== this.start && echo < 0 && !busy;
    this.sent.splice(0, echo + 1);
    this.start = start;
    if (this.wanted === undefined || asked) {
      this.wanted = start ?? last;
      this.lastSent = this.wanted;
    } else if (atEnd) this.wanted = last;
    this.steps = steps;
    this.index = Math.max(0, newest(steps, this.wanted));
  }

  goTo(index) {
    this.index = index;
    this.wanted = this.steps[index];
  }

  // The step to send, or null when the page knows it already.
  toSend() {
    if (this.lastSent === this.wanted) return null;
    this.lastSent = this.wanted;
    this.sent.push(this.wanted);
    return this.wanted;
  }
}
