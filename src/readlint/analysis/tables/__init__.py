"""Facts about libraries as data. Code reads these tables; a new fact is one new row with its source."""
