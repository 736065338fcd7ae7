-- A look for news of one tag reads that tag's rows alone.
CREATE INDEX IF NOT EXISTS "event_tag_tag" ON "event_tag" ("tag", "event_id");
