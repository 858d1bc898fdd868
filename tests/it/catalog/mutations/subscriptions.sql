CREATE SUBSCRIPTION gauntlet_sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
=== subscription missing
DROP SUBSCRIPTION gauntlet_sub;
--> subscription gauntlet_sub: missing
=== subscription connection
ALTER SUBSCRIPTION gauntlet_sub CONNECTION 'dbname=elsewhere';
--> subscription gauntlet_sub: connection
=== subscription publications
ALTER SUBSCRIPTION gauntlet_sub SET PUBLICATION p, q WITH (refresh = false);
--> subscription gauntlet_sub: publications
=== subscription slot
ALTER SUBSCRIPTION gauntlet_sub SET (slot_name = 'somewhere');
--> subscription gauntlet_sub: slot
=== subscription enabled [ours]
ALTER SUBSCRIPTION gauntlet_sub SET (slot_name = 'somewhere');
ALTER SUBSCRIPTION gauntlet_sub ENABLE;
ALTER SUBSCRIPTION gauntlet_sub DISABLE;
UPDATE pg_subscription SET subenabled = true, subslotname = NULL WHERE subname = 'gauntlet_sub';
--> subscription gauntlet_sub: enabled
=== subscription binary
ALTER SUBSCRIPTION gauntlet_sub SET (binary = true);
--> subscription gauntlet_sub: binary
=== subscription streaming
ALTER SUBSCRIPTION gauntlet_sub SET (streaming = on);
--> subscription gauntlet_sub: streaming
=== subscription synchronous commit
ALTER SUBSCRIPTION gauntlet_sub SET (synchronous_commit = 'local');
--> subscription gauntlet_sub: synchronous_commit
=== subscription disable on error [>=15]
ALTER SUBSCRIPTION gauntlet_sub SET (disable_on_error = true);
--> subscription gauntlet_sub: disable_on_error
=== subscription password required [>=16]
ALTER SUBSCRIPTION gauntlet_sub SET (password_required = false);
--> subscription gauntlet_sub: password_required
=== subscription run as owner [>=16]
ALTER SUBSCRIPTION gauntlet_sub SET (run_as_owner = true);
--> subscription gauntlet_sub: run_as_owner
=== subscription origin [>=16]
ALTER SUBSCRIPTION gauntlet_sub SET (origin = none);
--> subscription gauntlet_sub: origin
=== subscription two phase [>=15]
DROP SUBSCRIPTION gauntlet_sub;
CREATE SUBSCRIPTION gauntlet_sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, two_phase = true);
--> subscription gauntlet_sub: two_phase
=== subscription failover [>=17]
DROP SUBSCRIPTION gauntlet_sub;
CREATE SUBSCRIPTION gauntlet_sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, failover = true);
--> subscription gauntlet_sub: failover
=== subscription comment
COMMENT ON SUBSCRIPTION gauntlet_sub IS 'in';
--> subscription gauntlet_sub: comment
