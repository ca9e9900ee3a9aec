"""A register filled without the network: what goes out as lines of text, what comes back, what differs from now. Pure.

`shape` is the content as values, `columns` and `words` say how a value is written in a cell, `lines` writes the sheet,
`parse` reads it again, `merge` compares three states. Models are read in `ground`, written in `registers.services`.
"""
