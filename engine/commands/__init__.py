"""Every change of rows as a command: one file per verb, `run.py` is the spine."""
