"""Pictures that move in the browser: Streamlit components (version 2) in plain JavaScript.

Each component is a folder: a Python entry, its style sheet, and small JavaScript files that are
joined into one module in a stated order, without a build step. Nothing is fetched from outside.
"""
