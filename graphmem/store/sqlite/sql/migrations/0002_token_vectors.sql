-- Vectors of the words of raw turns: int8, row by row, so many numbers a row.

CREATE TABLE token_vectors ( -- apart from the memory and its vector, because only a few are read a search
  memory INTEGER PRIMARY KEY REFERENCES memory (no),
  dim INTEGER NOT NULL,
  states BLOB NOT NULL
);
