"""An independent referee: a stepping simulation, and random books to hold against it."""
