"""Desk plates (公示牌) and the public page of a post: what is in force, masked as the scheme says.

`reading.plates_of(posts)` → plates, `plate.Plate` is one of them as plain values. `printing.render(plates, size=…)`
makes the PDF, `services` writes down who took it, `jobs` makes a whole bureau in the background.
"""
