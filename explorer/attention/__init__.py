"""What the page about attention shows, without the page: pure functions, no page and no net."""
