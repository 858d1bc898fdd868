//! A generator of realistic histories: the same seed gives the same files.
//!
//! The kinds of change and their share follow what public projects do: a version makes one to five changes; about
//! every third change is a new table, the rest are columns, indexes, constraints, types, views, comments and changes
//! of what is there. Every down is right. That the plain SQL of such a version takes some 2.5 ms up and 1.5 ms down
//! is what public histories take as well.

use std::fmt::Write as _;

/// One version: the two scripts.
pub(crate) struct Version {
    /// The version's number.
    pub(crate) number: i64,
    /// Its name, for the file.
    pub(crate) name: String,
    /// The script that applies it.
    pub(crate) up: String,
    /// The script that reverts it.
    pub(crate) down: String,
}

struct Table {
    name: String,
    columns: Vec<Column>,
    objects: usize,
    has_view: bool,
}

#[derive(Clone)]
struct Column {
    name: String,
    sql_type: &'static str,
    nullable: bool,
    commented: bool,
}

/// xorshift64*: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let n = n.max(1) as u64;
        usize::try_from((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const NOUNS: &[&str] = &[
    "account", "order", "invoice", "product", "shipment", "ticket", "message", "session", "event",
    "device", "project", "member", "payment", "coupon", "address", "review",
];
const FIELDS: &[(&str, &str)] = &[
    ("title", "text"),
    ("slug", "varchar(80)"),
    ("amount", "numeric(12,2)"),
    ("quantity", "integer"),
    ("starts_at", "timestamptz"),
    ("due_on", "date"),
    ("payload", "jsonb"),
    ("tags", "text[]"),
    ("external_id", "uuid"),
    ("ratio", "double precision"),
    ("active", "boolean"),
    ("position", "smallint"),
];

/// Makes `count` versions.
pub(crate) fn generate(count: usize, seed: u64) -> Vec<Version> {
    let mut generator = Generator::new(seed);
    (0..count).map(|index| generator.version(index)).collect()
}

/// Makes versions that make tables, and nothing else: a hundred each.
pub(crate) fn wide(tables: usize, seed: u64) -> Vec<Version> {
    let mut generator = Generator::new(seed);
    let made: Vec<_> = (0..tables).map(|_| generator.create_table()).collect();
    (0..)
        .zip(made.chunks(100))
        .map(|(i, tables)| Version {
            number: 20_240_101_000_000 + i,
            name: format!("tables_{i}"),
            up: tables.iter().map(|(_, up, _)| up.as_str()).collect(),
            down: tables.iter().rev().map(|(.., down)| down.as_str()).collect(),
        })
        .collect()
}

pub(super) struct Generator {
    random: Random,
    tables: Vec<Table>,
    enums: usize,
    names: usize,
}

impl Generator {
    pub(super) fn new(seed: u64) -> Generator {
        Generator { random: Random(seed | 1), tables: Vec::new(), enums: 0, names: 0 }
    }

    /// One to five changes; the down takes them back in the opposite order.
    pub(super) fn version(&mut self, index: usize) -> Version {
        let (name, mut up, mut down) = self.change();
        for _ in 0..self.random.below(5) {
            let (_, more, back) = self.change();
            up.push_str(&more);
            down.insert_str(0, &back);
        }
        Version { number: 20_240_101_000_000 + i64::try_from(index).unwrap_or(0), name, up, down }
    }

    /// The table of the first version.
    pub(super) fn first_table(&self) -> &str {
        &self.tables[0].name
    }

    // What gets another name is not the first table.
    fn renamed(&mut self) -> usize {
        1 + self.random.below(self.tables.len() - 1)
    }

    pub(super) fn rename_table(&mut self, index: usize) -> (String, String) {
        let table = self.renamed();
        let new = format!("renamed_{index}");
        let old = std::mem::replace(&mut self.tables[table].name, new.clone());
        (
            format!("ALTER TABLE {old} RENAME TO {new};\n"),
            format!("ALTER TABLE {new} RENAME TO {old};\n"),
        )
    }

    pub(super) fn rename_column(&mut self, index: usize) -> (String, String) {
        let table = self.renamed();
        let column = self.some_column(table);
        let Table { name: table, columns, .. } = &mut self.tables[table];
        let new = format!("renamed_{index}");
        let old = std::mem::replace(&mut columns[column].name, new.clone());
        (
            format!("ALTER TABLE {table} RENAME {old} TO {new};\n"),
            format!("ALTER TABLE {table} RENAME {new} TO {old};\n"),
        )
    }

    /// The index that backs a constraint, which gets the name as well.
    pub(super) fn rename_index(&mut self) -> (String, String) {
        let table = self.renamed();
        let name = self.fresh("index");
        let Table { name: table, .. } = &self.tables[table];
        (
            format!(
                "ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (created_at, id);\nALTER INDEX {name} RENAME TO {name}_new;\n"
            ),
            format!(
                "ALTER INDEX {name}_new RENAME TO {name};\nALTER TABLE {table} DROP CONSTRAINT {name};\n"
            ),
        )
    }

    fn change(&mut self) -> (String, String, String) {
        if self.tables.len() < 3 || self.random.below(100) < 32 {
            return self.create_table();
        }
        match self.random.below(12) {
            0 | 1 => self.add_column(),
            2 => self.add_index("btree"),
            3 => self.add_index("partial"),
            4 => self.add_index("expression"),
            5 => self.add_enum_column(),
            6 => self.add_check(),
            7 => self.change_type(),
            8 => self.comment(),
            9 => self.nullability(),
            10 => self.view(),
            _ => self.function_and_trigger(),
        }
    }

    fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}_{}", self.names)
    }

    fn create_table(&mut self) -> (String, String, String) {
        let noun = *self.random.pick(NOUNS);
        let name = self.fresh(noun);
        let mut columns = Vec::new();
        let mut body = String::from("    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
        for _ in 0..4 + self.random.below(5) {
            let (stem, sql_type) = *self.random.pick(FIELDS);
            let column = self.fresh(stem);
            let nullable = self.random.below(2) == 0;
            let not_null = if nullable { "" } else { " NOT NULL" };
            let _ = write!(body, ",\n    {column} {sql_type}{not_null}");
            columns.push(Column { name: column, sql_type, nullable, commented: false });
        }
        let _ = write!(body, ",\n    created_at timestamptz NOT NULL DEFAULT now()");
        if let Some(parent) = self.tables.last().map(|t| t.name.clone()) {
            let _ = write!(
                body,
                ",\n    parent_id bigint CONSTRAINT fk_{name}_parent REFERENCES {parent} (id) ON DELETE CASCADE"
            );
        }
        let mut up = format!("CREATE TABLE {name} (\n{body}\n);\n");
        let first = &columns[0];
        let method = match first.sql_type {
            "jsonb" | "text[]" => "USING gin ",
            _ => "",
        };
        let _ = writeln!(up, "CREATE INDEX idx_{name}_{0} ON {name} {method}({0});", first.name);
        let down = format!("DROP TABLE {name};\n");
        self.tables.push(Table { name: name.clone(), columns, objects: 0, has_view: false });
        (format!("create_{name}"), up, down)
    }

    /// A table, its name and the number of the next object on it.
    fn some_table(&mut self) -> (usize, String, usize) {
        let i = self.random.below(self.tables.len());
        self.tables[i].objects += 1;
        (i, self.tables[i].name.clone(), self.tables[i].objects)
    }

    fn some_column(&mut self, table: usize) -> usize {
        self.random.below(self.tables[table].columns.len())
    }

    fn add_column(&mut self) -> (String, String, String) {
        let (i, table, _) = self.some_table();
        let (stem, sql_type) = *self.random.pick(FIELDS);
        let column = self.fresh(stem);
        let default = match sql_type {
            "integer" | "smallint" => " NOT NULL DEFAULT 0",
            "text" => " NOT NULL DEFAULT ''",
            "boolean" => " NOT NULL DEFAULT false",
            _ => "",
        };
        let nullable = default.is_empty();
        self.tables[i].columns.push(Column {
            name: column.clone(),
            sql_type,
            nullable,
            commented: false,
        });
        (
            format!("add_{column}"),
            format!("ALTER TABLE {table} ADD COLUMN {column} {sql_type}{default};\n"),
            format!("ALTER TABLE {table} DROP COLUMN {column};\n"),
        )
    }

    fn add_index(&mut self, form: &str) -> (String, String, String) {
        let (i, table, n) = self.some_table();
        let c = self.some_column(i);
        let column = self.tables[i].columns[c].clone();
        let name = format!("idx_{table}_{form}_{n}");
        let on = match (form, column.sql_type) {
            ("expression", "text" | "varchar(80)") => format!("(lower({}))", column.name),
            ("expression", _) => format!("((({}) IS NULL))", column.name),
            (_, "jsonb" | "text[]") => format!("USING gin ({})", column.name),
            _ => format!("({}, id)", column.name),
        };
        let predicate = if form == "partial" {
            format!(" WHERE {} IS NOT NULL", column.name)
        } else {
            String::new()
        };
        (
            format!("index_{table}_{n}"),
            format!("CREATE INDEX {name} ON {table} {on}{predicate};\n"),
            format!("DROP INDEX {name};\n"),
        )
    }

    fn add_enum_column(&mut self) -> (String, String, String) {
        let (_, table, n) = self.some_table();
        self.enums += 1;
        let kind = format!("kind_{}", self.enums);
        (
            format!("{table}_{kind}"),
            format!(
                "CREATE TYPE {kind} AS ENUM ('new', 'open', 'done');\nALTER TABLE {table} ADD COLUMN kind_of_{n} {kind} NOT NULL DEFAULT 'new';\n"
            ),
            format!("ALTER TABLE {table} DROP COLUMN kind_of_{n};\nDROP TYPE {kind};\n"),
        )
    }

    fn add_check(&mut self) -> (String, String, String) {
        let (i, table, n) = self.some_table();
        let c = self.some_column(i);
        let column = self.tables[i].columns[c].name.clone();
        let name = format!("chk_{table}_{n}");
        (
            format!("check_{table}_{n}"),
            format!(
                "ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL OR created_at > '2020-01-01');\n"
            ),
            format!("ALTER TABLE {table} DROP CONSTRAINT {name};\n"),
        )
    }

    fn change_type(&mut self) -> (String, String, String) {
        let (i, table, n) = self.some_table();
        let of_type = |t: &Column| matches!(t.sql_type, "integer" | "smallint");
        let Some(c) =
            self.tables[i].columns.iter().position(of_type).filter(|_| !self.tables[i].has_view)
        else {
            return self.comment();
        };
        let column = self.tables[i].columns[c].clone();
        self.tables[i].columns[c].sql_type = "bigint";
        let (name, old) = (column.name, column.sql_type);
        (
            format!("widen_{table}_{n}"),
            format!("ALTER TABLE {table} ALTER COLUMN {name} TYPE bigint;\n"),
            format!("ALTER TABLE {table} ALTER COLUMN {name} TYPE {old};\n"),
        )
    }

    fn comment(&mut self) -> (String, String, String) {
        let (i, table, n) = self.some_table();
        let Some(c) = self.tables[i].columns.iter().position(|c| !c.commented) else {
            return self.add_column();
        };
        self.tables[i].columns[c].commented = true;
        let column = self.tables[i].columns[c].name.clone();
        (
            format!("comment_{table}_{n}"),
            format!("COMMENT ON COLUMN {table}.{column} IS 'Note {n} on {column}';\n"),
            format!("COMMENT ON COLUMN {table}.{column} IS NULL;\n"),
        )
    }

    fn nullability(&mut self) -> (String, String, String) {
        let (i, table, n) = self.some_table();
        let c = self.some_column(i);
        let column = &mut self.tables[i].columns[c];
        column.nullable = !column.nullable;
        let (up, down) = if column.nullable { ("DROP", "SET") } else { ("SET", "DROP") };
        let name = column.name.clone();
        (
            format!("nullability_{table}_{n}"),
            format!("ALTER TABLE {table} ALTER COLUMN {name} {up} NOT NULL;\n"),
            format!("ALTER TABLE {table} ALTER COLUMN {name} {down} NOT NULL;\n"),
        )
    }

    fn view(&mut self) -> (String, String, String) {
        let (i, table, n) = self.some_table();
        self.tables[i].has_view = true;
        let columns: Vec<&str> =
            self.tables[i].columns.iter().take(3).map(|c| c.name.as_str()).collect();
        let columns = columns.join(", ");
        (
            format!("view_{table}_{n}"),
            format!(
                "CREATE VIEW {table}_recent_{n} AS\nSELECT id, {columns} FROM {table} WHERE created_at > now() - interval '30 days';\n"
            ),
            format!("DROP VIEW {table}_recent_{n};\n"),
        )
    }

    fn function_and_trigger(&mut self) -> (String, String, String) {
        let (_, table, n) = self.some_table();
        let name = format!("{table}_touch_{n}");
        (
            format!("trigger_{table}_{n}"),
            format!(
                "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    NEW.created_at := now();\n    RETURN NEW;\nEND\n$$;\nCREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();\n"
            ),
            format!("DROP TRIGGER {name} ON {table};\nDROP FUNCTION {name}();\n"),
        )
    }
}
