"""Every read as one SQL statement that answers with finished JSON; `run.py` is the spine."""
