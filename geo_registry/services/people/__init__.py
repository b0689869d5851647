"""Who works here: accounts, logging in, who may do what."""
