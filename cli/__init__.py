"""The command line: one module per command, `root.py` lists them."""
