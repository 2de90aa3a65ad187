"""Speed: what writing costs beside the models alone, what searching costs, and how much memory it takes."""
