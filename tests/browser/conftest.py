"""What holds for all tests in a browser."""

from playwright.sync_api import expect

# A busy machine may take longer than the five seconds that are usual; what is waited for is the same.
expect.set_options(timeout=30_000)
