"""Views of papers and ledgers."""
