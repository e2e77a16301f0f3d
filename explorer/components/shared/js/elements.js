// Elements with text only: nothing that a person typed ever becomes markup.

function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function graphic(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// Writing the same text again would still cost a layout in every frame.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function label(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function hidden(text = "") {
  return make("span", "hidden", text);
}
