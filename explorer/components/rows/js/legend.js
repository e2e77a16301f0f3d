// What colour means, and which of the two measures it shows.

const LEGEND_WIDTH = 400;

class Legend {
  constructor(onMeasure) {
    this.onMeasure = onMeasure;
    this.element = make("div", "legend");
    this.choice = this.element.appendChild(make("div", "measures"));
    this.choice.setAttribute("role", "radiogroup");
    this.choice.setAttribute("aria-label", "colour shows");
    this.scale = this.element.appendChild(make("div", "scale"));
  }

  fill(data, chosen, name) {
    this.choice.replaceChildren(make("span", "title", "Colour shows"));
    const options = this.choice.appendChild(make("div", "options"));
    for (const measure of data.measures) {
      const option = options.appendChild(make("label"));
      const radio = option.appendChild(make("input"));
      radio.type = "radio";
      radio.name = name;
      radio.checked = measure.key === chosen.key;
      radio.addEventListener("change", () => this.onMeasure(measure));
      option.append(make("span", "", measure.label));
    }
    this.why = this.choice.appendChild(make("div", "why"));
    this.explain(chosen);
  }

  explain(measure) {
    write(this.why, measure.why);
  }

  // The bar runs like the rows: 1 at the right, fainter to the left.
  draw(scale, theme) {
    this.scale.replaceChildren();
    const width = LEGEND_WIDTH * scale;
    const below = this.scale.appendChild(make("div", "below"));
    const swatch = below.appendChild(make("canvas"));
    const tile = sizeCanvas(swatch, 40 * scale, 18 * scale);
    drawCell(tile, 0, 0, 40 * scale, 18 * scale, 0, theme, hatch(tile, theme));
    below.append(make("span", "", "<1e-8"));
    const bar = this.scale.appendChild(make("div", "bar"));
    const canvas = bar.appendChild(make("canvas"));
    const context = sizeCanvas(canvas, width, 18 * scale);
    for (let x = 0; x < width; x += 1) {
      context.fillStyle = LEVELS[Math.round((x / width) * 511)];
      context.fillRect(x, 0, 1.5, 18 * scale);
    }
    const ticks = bar.appendChild(make("div", "ticks"));
    ticks.style.setProperty("--tenth", `${100 / DECADES}%`); // a mark at every factor of ten
    for (const [decade, text] of [[8, "1e-8"], [6, "1e-6"], [4, "1e-4"], [2, "1/100"], [1, "1/10"], [0, "1"]]) {
      const tick = ticks.appendChild(make("span", "", text));
      tick.style.left = `${100 * (1 - decade / DECADES)}%`;
    }
  }
}
