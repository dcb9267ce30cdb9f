"""The cascade: the next thing due, what it does to the cash, and who pays."""
