"""One peer a file, run by the environment `.peers`: work comes in on stdin, rankings go out on stdout."""
