// All seeds of one choice as dots: height = accuracy from 0 to 100 %, the one on show is filled.
// Beside them how many solved it, and on which sentences that was tested.

function seeds(solved) {
  const element = make("div", "seeds");
  const count = solved.accuracies.length;
  const reached = solved.accuracies.filter((accuracy) => accuracy >= solved.threshold).length;
  const step = 11;
  const width = count * step + 4;
  const picture = element.appendChild(graphic("svg", { viewBox: `0 0 ${width} 30`, width, height: 30 }));
  picture.setAttribute("role", "img");
  picture.setAttribute(
    "aria-label",
    `test accuracy of each seed, ${solved.test}: ${solved.accuracies.map((accuracy) => percent(accuracy)).join(", ")}`,
  );
  for (const y of [6, 24]) {
    picture.append(graphic("line", { x1: 0, x2: width, y1: y, y2: y, class: "limit" }));
  }
  solved.accuracies.forEach((accuracy, seed) => {
    const shown = seed === solved.shipped;
    const dot = graphic("circle", {
      cx: seed * step + step / 2 + 2,
      cy: 24 - 18 * accuracy,
      r: 4,
      class: shown ? "shown" : "other",
    });
    dot.append(graphic("title", {}));
    dot.firstChild.textContent = `${percent(accuracy)}${shown ? ", the net shown here" : ""}`;
    picture.append(dot);
  });
  const words = element.appendChild(make("span", "count"));
  words.append(make("span", "", count > 1 ? `${reached} of ${count} solved` : `${percent(solved.accuracies[0])} right`));
  if (solved.test) words.append(make("span", "test", solved.test));
  return element;
}
