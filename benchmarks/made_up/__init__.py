"""A made-up register of studies and what they found, in the project's shape, at any size."""
