"""Import of what the registers stand on: units and posts, people, accounts, powers, procedures, regulations.

Each is a table of columns (`organisation`, `people`, `accounts`, `powers`, `regulations`); one mechanism does the rest:
`lines` reads a workbook by these columns, the module plans what each line adds or changes, `apply` carries the plan
out as a whole. Reader, upload, messages and the marked file are those of `registers.importing`.
"""
