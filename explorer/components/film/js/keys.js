// Pointer and keyboard over the panels.

const QUIET = 500; // ms without a key before the choice is sent
const EDGE = 3; // px: room for the cursor's lines at the first and the last column

class Keys {
  constructor(view) {
    this.view = view;
    const { scroller } = view;
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "application");
    scroller.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { choice, views, data, layout, scroller } = this.view;
    const last = data.tokens.length - 1;
    const to = (column) => choice.go({ column: Math.min(Math.max(column, 0), last) });
    const moves = {
      ArrowLeft: () => to(choice.column - 1),
      ArrowRight: () => to(choice.column + 1),
      Home: () => to(0),
      End: () => to(last),
      ArrowUp: () => choice.across(-1, views),
      ArrowDown: () => choice.across(1, views),
      PageUp: () => choice.leap(-1, views),
      PageDown: () => choice.leap(1, views),
      Enter: () => {},
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    moves[event.key]();
    this.view.hovered = null;
    show(scroller, layout.lefts[choice.column], layout.widths[choice.column]);
    this.view.draw();
    this.view.readout.say(this.view.readout.text);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.view.settle(), event.key === "Enter" ? 0 : QUIET);
  }

  close() {
    clearTimeout(this.waiting);
  }
}

// Scrolls a column into sight.
function show(scroller, left, width) {
  if (left < scroller.scrollLeft) scroller.scrollLeft = left;
  const beyond = left + width + 2 * EDGE - scroller.clientWidth;
  if (beyond > scroller.scrollLeft) scroller.scrollLeft = beyond;
}

// Pointing reads; pressing chooses, and dragging goes on choosing until it is released.
function listen(view) {
  const { scroller } = view;
  scroller.addEventListener("scroll", () => view.later());
  scroller.addEventListener("pointermove", (event) => {
    const cell = view.cellAt(event);
    view.point(cell);
    if (view.held && cell) view.choose(cell);
  });
  scroller.addEventListener("pointerleave", () => view.point(null));
  scroller.addEventListener("pointerdown", (event) => {
    const cell = event.button === 0 ? view.cellAt(event) : null;
    if (!cell) return;
    view.held = true;
    view.choose(cell);
  });
  const release = () => {
    if (!view.held) return;
    view.held = false;
    view.settle();
  };
  scroller.addEventListener("pointerup", release);
  scroller.addEventListener("pointercancel", release);
  scroller.addEventListener("pointerleave", release);
}
