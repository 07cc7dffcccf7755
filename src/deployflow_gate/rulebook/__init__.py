"""The rules, one file each, in chapters; `_index.py` is generated from them."""
