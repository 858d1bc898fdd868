//! Schemas as scripts: as a person would write them, and for any schema.

use gauntlet_runtime::catalog::{Catalog, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::repair::script;

use super::catalogs::{SHOP, catalog_of};
use crate::support::area::run;
use crate::support::oracle::{load, newest, servers};

const SHOP_WRITTEN: &str = r"SET check_function_bodies = off;

CREATE TYPE status AS ENUM (
    'new',
    'paid'
);

CREATE FUNCTION touch()
RETURNS trigger
LANGUAGE plpgsql
AS $$BEGIN RETURN new; END$$;

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    user_id bigint NOT NULL,
    status status DEFAULT 'new'::status NOT NULL,
    kind character varying(10),
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_kind_check CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying]::character varying[])::text[])))
);
CREATE INDEX idx_orders_user ON orders (user_id) WHERE kind::text = ANY (ARRAY['a'::character varying, 'b'::character varying]::character varying[]::text[]);
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

CREATE SEQUENCE users_id_seq;
CREATE TABLE users (
    id bigint DEFAULT nextval('users_id_seq'::regclass) NOT NULL,
    email character varying(80) NOT NULL,
    plan text DEFAULT 'free'::text,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_plan_check CHECK ((plan = ANY (ARRAY['free'::text, 'pro'::text])))
);
COMMENT ON TABLE users IS 'who may log in';
ALTER SEQUENCE users_id_seq OWNED BY users.id;

ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

CREATE VIEW paid AS
 SELECT id,
    user_id,
    status,
    kind
   FROM orders
  WHERE (status = 'paid'::status);
";

#[test]
fn a_schema_reads_as_a_person_would_write_it() {
    run(async {
        let mut texts = Vec::new();
        for server in servers().await {
            let text = script(&catalog_of(&server, SHOP).await);
            // Before 16 PostgreSQL writes the table before each column of a view.
            texts.push(text.replace("orders.", ""));
        }
        for text in texts {
            assert_eq!(text, SHOP_WRITTEN);
        }
    });
}

#[test]
fn a_script_loads_into_a_schema_of_its_own() {
    run(async {
        let server = newest().await;
        let expected = catalog_of(&server, SHOP).await;
        let sandbox = Sandbox::create(&server, Some(Isolation::Database), "ddl").await.unwrap();
        let mut conn = sandbox.connect().await.unwrap();
        let prelude = "CREATE SCHEMA \"Odd one\"; SET search_path = \"Odd one\"; ";
        load(&mut conn, &format!("{prelude}{}", script(&expected))).await.unwrap();
        let options = ReadOptions::schema("Odd one");
        let found = Catalog::read(&mut conn, &options).await.unwrap();
        drop(conn);
        sandbox.close().await.unwrap();
        assert_eq!(script(&found), script(&expected));
    });
}
