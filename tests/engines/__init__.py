"""What tests run on: a PostgreSQL of the suite's own, databases that are clean for every test, a browser."""
