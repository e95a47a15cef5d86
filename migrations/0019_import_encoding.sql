-- The encoding in which a file is read. While a person may choose another, the bytes of its headers and cells are stored
-- beside their text.
ALTER TABLE imports ADD COLUMN encoding TEXT NOT NULL DEFAULT 'UTF-8';
ALTER TABLE imports ADD COLUMN raw_header TEXT NOT NULL DEFAULT '[]';

-- The number of imported rows with a cell that is kept as written.
ALTER TABLE import_chunks ADD COLUMN remarked INTEGER NOT NULL DEFAULT 0;
