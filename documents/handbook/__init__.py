"""The work handbook (工作手册) of a unit or bureau and the bound volume (合订本) of a leader, as PDF and as workbook.

What is asked for (`asking`) is read unit by unit into plain parts (`model`, `reading`, `risks`), each part becomes a
piece of HTML (`body`), each piece one PDF that is kept for the next time (`pieces`, `cache`); the front and the back
are made when the pages of all pieces are known (`front`, `back`), and everything is bound with page numbers, links and
an outline (`binding`). `making` does it all; `workbook` makes the xlsx; `work` is the same in the background.
"""
