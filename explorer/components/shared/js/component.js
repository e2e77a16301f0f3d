// What Streamlit calls: at first, at every change of data or theme; the returned function at the end.

const views = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  if (!views.has(parentElement)) views.set(parentElement, new View(parentElement));
  const view = views.get(parentElement);
  const call = (view.call = {});
  view.send = setStateValue;
  view.fill(data);
  return () => {
    // A call that another one overtook while the module was loading is ended at once: the view is the other's.
    if (view.call !== call) return;
    views.delete(parentElement);
    view.close();
  };
}
