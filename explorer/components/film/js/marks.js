// The cursor: one column through all panels and one row in its panel. Elements, so that moving it repaints no cell.

class Marks {
  constructor(name) {
    this.column = make("div", `mark time ${name}`);
    this.row = make("div", `mark unit ${name}`);
  }

  // `cell` is {view, row, column} or null.
  show(cell, layout) {
    this.column.hidden = this.row.hidden = !cell;
    if (!cell) return;
    const { view, row, column } = cell;
    this.column.style.transform = `translateX(${layout.lefts[column]}px)`;
    this.column.style.width = `${layout.widths[column]}px`;
    if (this.row.parentNode !== view.box) view.box.append(this.row);
    this.row.style.width = `${layout.total}px`;
    this.row.style.transform = `translateY(${view.panel.place[row] * view.rowHeight}px)`;
    this.row.style.height = `${view.rowHeight}px`;
  }
}
