"""The worker: runs the jobs by the clock, inside the service or as a process of its own."""
