"""Schemes as data: the values (model), the parser with its error messages (parse), the level methods (rating)."""
