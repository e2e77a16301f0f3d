"""Teaching text, apart from code. A sentence that states a result names the runs that show it."""
