// The whole program of an offline page: it mounts what moves, and scrubs what was drawn step by step.
// In front of it stands `makers`: kind -> {style, mount}, made from the components of the app.

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const PACE = 250; // ms per snapshot while playing

for (const film of document.querySelectorAll(".frames")) {
  const frames = [...film.querySelectorAll(".frame")];
  const [button, range, step] = film.querySelectorAll("button, input, output");
  let playing = null;
  const show = (index) => {
    frames.forEach((frame, i) => (frame.hidden = i !== index));
    range.value = String(index);
    step.textContent = frames[index].dataset.label;
    range.setAttribute("aria-valuetext", frames[index].dataset.label);
  };
  const stop = () => {
    clearInterval(playing);
    playing = null;
    button.textContent = "▶";
    button.setAttribute("aria-label", "play the training");
  };
  const play = () => {
    button.textContent = "❚❚";
    button.setAttribute("aria-label", "pause");
    let next = Number(range.value) + 1 < frames.length ? Number(range.value) : -1;
    playing = setInterval(() => {
      next += 1;
      show(next);
      if (next + 1 >= frames.length) stop();
    }, PACE);
  };
  button.addEventListener("click", () => (playing ? stop() : play()));
  range.addEventListener("input", () => {
    stop();
    show(Number(range.value));
  });
  film.querySelector(".scrub").hidden = false;
  stop();
  show(frames.length - 1);
}

// As in the app: a shadow of its own, so that no style of one picture reaches another.
for (const place of document.querySelectorAll("[data-moving]")) {
  const { style, mount } = makers[place.dataset.moving];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  const shadow = place.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  const data = bytes(JSON.parse(document.getElementById(place.dataset.of).textContent));
  mount({ data, parentElement: shadow.appendChild(document.createElement("div")), setStateValue() {} });
}
