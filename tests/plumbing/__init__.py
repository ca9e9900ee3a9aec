"""What carries the tests: environment, database, browser. Test data is in tests/factories.py."""
