"""From recordings to films: pure functions, no page and no net."""
