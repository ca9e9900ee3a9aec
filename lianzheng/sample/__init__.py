"""The sample bureau of `bin/run`, and synthetic bodies of any size for benchmarks.

`bureau.load()` tells the story of one living bureau by the real services; `synthetic.load()` writes rows in bulk.
"""
