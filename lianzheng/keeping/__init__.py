"""What keeps the data: backup, restore, the move to PostgreSQL, digests of tables, and the check of the database."""
