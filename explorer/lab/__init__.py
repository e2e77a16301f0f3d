"""What the Lab is made of, apart from its page: the generated form, what is planned, the listing of runs. No page, no net."""
