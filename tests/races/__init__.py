"""Two people at once, on real connections: exactly one winner, and a sentence for the other.

The same tests run on SQLite and on PostgreSQL (`bin/test` runs the suite on both). ROUNDS=200 makes each race longer.
"""
