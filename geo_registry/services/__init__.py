"""What people do, one function an act; the door opens and commits the transaction."""
