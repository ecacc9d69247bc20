"""Tables, bibliographies and codings of others become Turtle: read, checked by row and column, matched, written whole."""
