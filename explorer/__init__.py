"""The page: reads recordings and draws them. It holds no torch; nets are asked through `explorer.jobs`.

In reading order: `app` (the server), `main` (the pages), `theme` (colours), `address` (choices <->
link), `controls`, `cache`, `jobs` (the workers), `charts`, `components`, `views`, `export`.
"""
