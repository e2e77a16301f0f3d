"""One page each; streamlit runs these files, nobody imports them."""
