// Tells a film its place; what it keeps is described in js/place.js.

export default function ({ data }) {
  const films = (globalThis.films ??= { places: new Map(), views: new Map() });
  films.places.set(data.of, data);
  const view = films.views.get(data.of);
  if (view) view.stand(data);
  // A film that is shown again, later, must not begin where this one stood.
  return () => films.places.get(data.of) === data && films.places.delete(data.of);
}
