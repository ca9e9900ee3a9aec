"""How fast the product is: server CPU, queries and bytes of its pages, papers, exports, and many people at once.

`python -m benchmarks` (or bin/bench) prepares a database of the asked size, measures, and prints a table;
docs/benchmarks.md says what each measure means and what the goals are.
"""
