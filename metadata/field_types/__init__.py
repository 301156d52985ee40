"""One file per field type, all with the members of `contract.py`; `registry.py` lists them."""
