// Which cell is chosen. It outlives other data as long as its panel, row and column are there.

class Choice {
  constructor() {
    this.sent = []; // cells sent to the page that it has not mirrored yet
  }

  // A new `start` moves the choice, unless it is the echo of what was sent from here.
  fill(data, views, start) {
    const asked = start ? start.join(" ") : null;
    const echo = this.sent.indexOf(asked);
    const wanted = asked !== null && asked !== this.start && echo < 0;
    this.sent.splice(0, echo + 1);
    this.start = asked;
    const [key, row, column] = wanted ? start : (this.cell ?? start ?? []);
    if (wanted) this.lastSent = asked;
    const view = views.find(({ panel }) => panel.key === key) ?? views[0];
    const cue = data.tokens.findIndex(({ period }) => period === "cue");
    const first = cue < 0 ? data.tokens.length - 1 : cue;
    this.view = view;
    this.row = row < view.panel.rows.length ? row : view.panel.order.at(data.square ? -1 : 0);
    this.column = column < data.tokens.length ? column : first;
    this.lastSent ??= this.key;
  }

  get cell() {
    return this.view ? [this.view.panel.key, this.row, this.column] : undefined;
  }

  get key() {
    return this.cell.join(" ");
  }

  go({ view = this.view, row = this.row, column = this.column }) {
    Object.assign(this, { view, row, column });
  }

  // One row up or down as they are drawn; over the edge of a panel into the next one.
  across(by, views) {
    const { panel } = this.view;
    const place = panel.place[this.row] + by;
    if (place >= 0 && place < panel.order.length) this.row = panel.order[place];
    else this.leap(by, views, by < 0 ? -1 : 0);
  }

  // Into the panel before or after; `place` of the row there, the same row where none is given.
  leap(by, views, place) {
    const view = views[views.indexOf(this.view) + by];
    if (!view) return;
    this.view = view;
    const { order } = view.panel;
    this.row = place === undefined ? Math.min(this.row, order.length - 1) : order.at(place);
  }

  // The cell to send, or null when the page knows it already.
  toSend() {
    if (this.lastSent === this.key) return null;
    this.lastSent = this.key;
    this.sent.push(this.key);
    return this.cell;
  }
}
