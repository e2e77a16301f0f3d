// From a value to a colour. SCALES is put in front of this module from explorer/theme.py.

const LEVELS = 1024;
const BELOW = 0; // transparent: the hatching under the bitmap shows through

function packed([r, g, b]) {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

// Any CSS colour as [red, green, blue].
function partsOf(colour) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return Array.from(pen.getImageData(0, 0, 1, 1).data.subarray(0, 3));
}

function isDark(page) {
  return luminance(partsOf(page)) < 0.2;
}

class Scale {
  constructor(kind, limits, dark) {
    this.kind = kind;
    this.log = kind === "log";
    this.limits = limits;
    this.stops = kind === "signed" ? SCALES.signed[dark ? "dark" : "light"] : SCALES[kind];
    const most = Math.max(Math.abs(limits[0]), Math.abs(limits[1]));
    const ends = kind === "signed" ? [-most, most] : limits;
    [this.low, this.high] = this.log ? ends.map(Math.log10) : ends;
    this.table = Uint32Array.from({ length: LEVELS }, (_, i) => packed(stopAt(this.stops, i / (LEVELS - 1))));
  }

  // 0 at the lower end of the colours, 1 at the upper; beyond the ends it stays there.
  share(value) {
    const at = ((this.log ? Math.log10(value) : value) - this.low) / (this.high - this.low);
    return at < 0 ? 0 : at > 1 ? 1 : at;
  }

  parts(value) {
    return stopAt(this.stops, this.share(value));
  }

  // The value at a share of the colour bar.
  at(share) {
    const value = this.low + share * (this.high - this.low);
    return this.log ? 10 ** value : value;
  }

  // Colours the cells of one snapshot [row, column] into pixels [place, column]; `blank` is the page's colour.
  paint(pixels, values, order, columns, blank) {
    const { table, low, log } = this;
    const least = this.limits[0];
    const steep = (LEVELS - 1) / (this.high - this.low);
    let at = 0;
    for (const row of order) {
      const from = row * columns;
      for (let column = 0; column < columns; column += 1, at += 1) {
        const value = values[from + column];
        if (value !== value) pixels[at] = blank;
        else if (log && value < least) pixels[at] = BELOW;
        else {
          const level = Math.round(((log ? Math.log10(value) : value) - low) * steep);
          pixels[at] = table[level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level];
        }
      }
    }
  }
}
