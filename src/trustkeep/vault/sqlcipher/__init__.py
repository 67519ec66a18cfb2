"""The encrypted embedded database: a Django backend over SQLCipher, opened with a raw key."""
