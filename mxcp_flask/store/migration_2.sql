-- From schema 1 to 2: the windows in which addresses registered clients become windows in which anything is counted.
ALTER TABLE registration_window RENAME TO tally;
ALTER TABLE tally RENAME COLUMN address_hash TO key_hash;
ALTER TABLE tally RENAME COLUMN registrations TO amount;
DROP INDEX registration_window_end;
CREATE INDEX tally_end ON tally (ends_at);
-- And rotated tokens, too, are found by their end.
DROP INDEX token_expiry;
CREATE INDEX token_expiry ON token (expires_at);
