"""The store platforms Goodword speaks to: one contract, one folder a platform. No Flask and no database in here."""
