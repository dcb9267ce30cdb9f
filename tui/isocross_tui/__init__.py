"""The face of isocross: the desk in the terminal and the command line, over the library `isocross`.

From the top down: `cli` reads words and `app` is the desk; `controllers` do what a key means, `views` and `panes` turn
figures into pictures, `forms` and `screens` ask, `recorder` keeps what nobody saved, `user` reads settings and themes,
`terminal` is the line itself, and `widgets` draw. State lives in `isocross.desk` and nowhere here; no margin is worked
out here.
"""
