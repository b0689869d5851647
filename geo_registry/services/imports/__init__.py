"""Files brought into the register, each whole or not at all; and the national database."""
