// What Streamlit calls: at first, at every change of data or theme; the returned function at the end.

const views = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  if (!views.has(parentElement)) views.set(parentElement, new View(parentElement));
  const view = views.get(parentElement);
  view.send = setStateValue;
  view.fill(data);
  return () => {
    views.delete(parentElement);
    view.close();
  };
}
