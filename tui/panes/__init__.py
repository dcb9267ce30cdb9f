"""The panes of the desk: each draws one slice of the state."""
