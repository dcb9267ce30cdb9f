"""The library of isocross: what a leveraged futures account comes to while prices move, exactly, and who pays for it.

Its rooms stand on each other, and each imports only from those below it. On the ground are exact numbers (`money`,
`format`), TOML and files (`toml`, `disk`). Above is the account: a venue's `rules`, the `account` at its opening marks,
the `paths` that marks take and the `history` of what they did. Then the machine: the `cascade` of what happens, the
`figures` at a place, the `moves` a user can make, and the `rehearsal` of a book on a path. Then its papers, the
`workspace` file and the accounts of an `exchange`; its thought and speech, the `studies`, the `words` and the `report`;
and on top the `desk` without a screen and the `lessons`. It draws nothing and knows nothing of a terminal.
"""
