// One heat map: the cells of a snapshot as a bitmap of one pixel each, stretched over the visible columns.

class PanelView {
  constructor(panel, data) {
    this.panel = panel;
    this.data = data;
    this.box = make("div", "panel");
    this.canvas = this.box.appendChild(make("canvas"));
    this.canvas.setAttribute("aria-hidden", "true");
    this.bitmap = document.createElement("canvas");
    this.bitmap.width = data.tokens.length;
    this.bitmap.height = panel.rows.length;
    this.pen = this.bitmap.getContext("2d");
    this.image = this.pen.createImageData(this.bitmap.width, this.bitmap.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  arrange(layout, pieces, rowHeight, look) {
    const { width, theme, dark, block } = look;
    this.layout = layout;
    this.pieces = pieces;
    this.rowHeight = rowHeight;
    this.height = rowHeight * this.panel.rows.length;
    this.width = Math.min(width, layout.total);
    this.box.style.height = `${this.height}px`;
    this.box.style.marginBottom = `${Math.max(0, block - this.height)}px`;
    this.context = sizeCanvas(this.canvas, this.width, this.height);
    this.context.imageSmoothingEnabled = false;
    this.pattern = hatch(this.context, theme);
    this.scale = new Scale(this.panel.scale, this.panel.limits, dark);
    this.blank = look.blank;
    this.painted = null;
  }

  // The snapshot at a training step, from the scrolled-to column on.
  draw(step, scrolled) {
    const { context, panel, data, bitmap } = this;
    const snapshot = newest(panel.steps, step);
    if (snapshot !== this.painted) {
      const columns = data.tokens.length;
      if (snapshot < 0) this.pixels.fill(this.blank);
      else {
        const values = panel.values.subarray(snapshot * panel.size, (snapshot + 1) * panel.size);
        this.scale.paint(this.pixels, values, panel.order, columns, this.blank);
      }
      this.pen.putImageData(this.image, 0, 0);
      this.painted = snapshot;
    } else if (scrolled === this.scrolled) return;
    this.scrolled = scrolled;
    context.clearRect(0, 0, this.width, this.height);
    if (this.scale.log) {
      context.fillStyle = this.pattern;
      context.fillRect(0, 0, this.width, this.height);
    }
    for (const { from, to, left, width } of this.pieces) {
      const x = left - scrolled;
      const across = (to - from) * width;
      if (x > this.width || x + across < 0) continue;
      context.drawImage(bitmap, from, 0, to - from, bitmap.height, x, 0, across, this.height);
    }
  }

  // The row drawn at a height, or null.
  rowAt(y) {
    const place = Math.floor(y / this.rowHeight);
    return place < 0 || place >= this.panel.order.length ? null : this.panel.order[place];
  }

  value(step, row, column) {
    return valueAt(this.panel, step, row, column, this.data.tokens.length);
  }
}
