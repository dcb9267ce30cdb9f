"""`python -m tests.bench`, from the top of a checkout."""

from tests.bench.run import main

main()
