CREATE TABLE target (id integer PRIMARY KEY, code text, CONSTRAINT target_code UNIQUE (code));
CREATE TABLE t (
  id integer PRIMARY KEY,
  a integer,
  b integer,
  r integer CONSTRAINT t_r_fkey REFERENCES target (id),
  span int4range,
  CONSTRAINT t_a_check CHECK (a > 0),
  CONSTRAINT t_ab UNIQUE (a, b),
  CONSTRAINT t_span EXCLUDE USING gist (span WITH &&)
);
CREATE TABLE parts (k integer NOT NULL, v integer, CONSTRAINT parts_pkey PRIMARY KEY (k)) PARTITION BY RANGE (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
CREATE TABLE testator (x integer CONSTRAINT testator_x CHECK (x > 0));
CREATE TABLE heir () INHERITS (testator);
=== constraint missing
ALTER TABLE t DROP CONSTRAINT t_a_check;
--> constraint t_a_check on t: missing
=== constraint extra
ALTER TABLE t ADD CONSTRAINT t_b_check CHECK (b > 0);
--> constraint t_b_check on t: extra
=== constraint renamed
ALTER TABLE t RENAME CONSTRAINT t_a_check TO t_a_positive;
--> constraint t_a_check on t: renamed t_a_positive
=== constraint renamed, primary key
ALTER TABLE t RENAME CONSTRAINT t_pkey TO pk_t;
--> constraint t_pkey on t: renamed pk_t
=== constraint check expression
ALTER TABLE t DROP CONSTRAINT t_a_check;
ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a >= 0);
--> constraint t_a_check on t: definition
=== constraint check not valid
ALTER TABLE t DROP CONSTRAINT t_a_check;
ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID;
--> constraint t_a_check on t: not_valid
=== constraint check no inherit
ALTER TABLE t DROP CONSTRAINT t_a_check;
ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NO INHERIT;
--> constraint t_a_check on t: no_inherit
=== constraint check not enforced [>=18]
ALTER TABLE t DROP CONSTRAINT t_a_check;
ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT ENFORCED;
--> constraint t_a_check on t: not_enforced
=== constraint primary key columns
ALTER TABLE t DROP CONSTRAINT t_pkey;
ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (id, a);
--> column t.a: not_null
--> constraint t_pkey on t: definition
=== constraint unique columns
ALTER TABLE t DROP CONSTRAINT t_ab;
ALTER TABLE t ADD CONSTRAINT t_ab UNIQUE (b, a);
--> constraint t_ab on t: definition
=== constraint unique include
ALTER TABLE t DROP CONSTRAINT t_ab;
ALTER TABLE t ADD CONSTRAINT t_ab UNIQUE (a, b) INCLUDE (r);
--> constraint t_ab on t: definition
=== constraint unique nulls not distinct [>=15]
ALTER TABLE t DROP CONSTRAINT t_ab;
ALTER TABLE t ADD CONSTRAINT t_ab UNIQUE NULLS NOT DISTINCT (a, b);
--> constraint t_ab on t: definition
=== constraint unique deferrable
ALTER TABLE t DROP CONSTRAINT t_ab;
ALTER TABLE t ADD CONSTRAINT t_ab UNIQUE (a, b) DEFERRABLE;
--> constraint t_ab on t: deferrable
=== constraint unique storage parameter
ALTER INDEX t_ab SET (fillfactor = 50);
--> constraint t_ab on t: option.fillfactor
=== constraint unique comment
COMMENT ON CONSTRAINT t_ab ON t IS 'once';
--> constraint t_ab on t: comment
=== constraint unique comment of its index
COMMENT ON INDEX t_ab IS 'once';
--> constraint t_ab on t: index_comment
=== constraint without overlaps [>=18]
ALTER TABLE t ADD CONSTRAINT t_over EXCLUDE USING gist (span WITH =);
--> constraint t_over on t: extra
=== constraint foreign key lost
ALTER TABLE t DROP CONSTRAINT t_r_fkey;
--> constraint t_r_fkey on t: missing
=== constraint foreign key on delete
ALTER TABLE t DROP CONSTRAINT t_r_fkey;
ALTER TABLE t ADD CONSTRAINT t_r_fkey FOREIGN KEY (r) REFERENCES target (id) ON DELETE CASCADE;
--> constraint t_r_fkey on t: definition
=== constraint foreign key on update
ALTER TABLE t DROP CONSTRAINT t_r_fkey;
ALTER TABLE t ADD CONSTRAINT t_r_fkey FOREIGN KEY (r) REFERENCES target (id) ON UPDATE SET NULL;
--> constraint t_r_fkey on t: definition
=== constraint foreign key match
ALTER TABLE t DROP CONSTRAINT t_r_fkey;
ALTER TABLE t ADD CONSTRAINT t_r_fkey FOREIGN KEY (r) REFERENCES target (id) MATCH FULL;
--> constraint t_r_fkey on t: definition
=== constraint foreign key columns set [>=15]
ALTER TABLE t DROP CONSTRAINT t_r_fkey;
ALTER TABLE t ADD CONSTRAINT t_r_fkey FOREIGN KEY (r) REFERENCES target (id) ON DELETE SET NULL (r);
--> constraint t_r_fkey on t: definition
=== constraint foreign key not valid
ALTER TABLE t DROP CONSTRAINT t_r_fkey;
ALTER TABLE t ADD CONSTRAINT t_r_fkey FOREIGN KEY (r) REFERENCES target (id) NOT VALID;
--> constraint t_r_fkey on t: not_valid
=== constraint foreign key deferrable
ALTER TABLE t ALTER CONSTRAINT t_r_fkey DEFERRABLE;
--> constraint t_r_fkey on t: deferrable
=== constraint foreign key initially deferred
ALTER TABLE t ALTER CONSTRAINT t_r_fkey DEFERRABLE INITIALLY DEFERRED;
--> constraint t_r_fkey on t: deferrable
--> constraint t_r_fkey on t: initially_deferred
=== constraint foreign key not enforced [>=18]
ALTER TABLE t ALTER CONSTRAINT t_r_fkey NOT ENFORCED;
--> constraint t_r_fkey on t: not_enforced
=== constraint foreign key target
CREATE TABLE target2 (id integer PRIMARY KEY);
ALTER TABLE t DROP CONSTRAINT t_r_fkey;
ALTER TABLE t ADD CONSTRAINT t_r_fkey FOREIGN KEY (r) REFERENCES target2 (id);
--> constraint t_r_fkey on t: definition
--> table target2: extra
=== constraint exclusion operator
ALTER TABLE t DROP CONSTRAINT t_span;
ALTER TABLE t ADD CONSTRAINT t_span EXCLUDE USING gist (span WITH =);
--> constraint t_span on t: definition
=== constraint exclusion predicate
ALTER TABLE t DROP CONSTRAINT t_span;
ALTER TABLE t ADD CONSTRAINT t_span EXCLUDE USING gist (span WITH &&) WHERE (a > 1);
--> constraint t_span on t: definition
=== constraint of a partition
ALTER TABLE parts_1 ADD CONSTRAINT parts_1_v CHECK (v > 0);
--> constraint parts_1_v on parts_1: extra
=== constraint comment
COMMENT ON CONSTRAINT t_a_check ON t IS 'positive';
--> constraint t_a_check on t: comment
=== same: a constraint dropped and made again
ALTER TABLE t DROP CONSTRAINT t_a_check;
ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0);
=== same: an expression written otherwise
ALTER TABLE t DROP CONSTRAINT t_a_check;
ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (((a) > (0)));
=== same: validated later
ALTER TABLE t DROP CONSTRAINT t_a_check;
ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT t_a_check;
=== constraint type
ALTER TABLE t DROP CONSTRAINT t_ab;
ALTER TABLE t ADD CONSTRAINT t_ab CHECK (a <> b);
--> constraint t_ab on t: definition
--> constraint t_ab on t: type
=== constraint inherited no more
ALTER TABLE heir NO INHERIT testator;
--> table heir: inherits
--> column heir.x: inherited
--> constraint testator_x on heir: inherited
=== constraint whose index a failed build left behind
SET allow_system_table_mods = on;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_ab'::regclass;
--> constraint t_ab on t: invalid
=== constraint of a partition detached
ALTER TABLE parts DETACH PARTITION parts_1;
--> table parts_1: partition_bound
--> table parts_1: partition_of
--> column parts_1.k: inherited
--> column parts_1.v: inherited
--> constraint parts_1_pkey on parts_1: attached_to
--> constraint parts_1_pkey on parts_1: inherited
