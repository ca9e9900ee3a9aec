"""备案材料包: everything of a bureau's cycle in one archive, after a check that says what is missing.

`facts` reads the cycle once; `checks_registers` and `checks_batches` are pure functions over what was read; `checking`
asks them all; `evidence` and `tables` make the papers; `making` writes the archive, the same bytes for the same data.
"""
