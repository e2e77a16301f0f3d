// Where the page says that a film stands: {of, step, cursor}. It comes beside the film's data, through a component of
// its own (tell.js), so that another place does not send them all again; either of the two may come first.

const films = (globalThis.films ??= { places: new Map(), views: new Map() }); // by the film's name

// The place of a view's data: what the page said, or what is packed with them.
function placeOf(view, data) {
  if (data.name) films.views.set(data.name, view);
  return films.places.get(data.name) ?? data.place ?? { step: null, cursor: null };
}

function forget(view) {
  for (const [name, other] of films.views) if (other === view) films.views.delete(name);
}

// A choice with the time at which it was made: the same cell may be chosen again, after the page went elsewhere.
function stamped(value) {
  return { value, at: Date.now() };
}
