//! The tables at head and their foreign keys, as a drawing and as a text.

use std::collections::{BTreeSet, HashMap};

use super::page::Page;
use super::place::place;
use super::schema::{Column, Schema, Table};

/// The height of a line of a table.
const LINE: u32 = 18;

/// The height of a table's name.
const HEAD: u32 = 26;

/// The width of a character.
const CHARACTER: u32 = 7;

/// The longest text in a table; the whole of it stands in the text below the drawing.
const LONGEST: usize = 40;

/// How many columns of a table are drawn.
const COLUMNS: usize = 16;

/// The space around the drawing.
const MARGIN: u32 = 12;

/// The drawing of a schema, with what searches it, and its tables as a text.
pub(super) fn diagram(page: &mut Page, schema: &Schema, id: &str) {
    page.raw("<section class=\"schema\" aria-labelledby=\"").text(id).raw("-schema\">\n");
    page.raw("<h3 id=\"").text(id).raw("-schema\">Schema at head</h3>\n<p>");
    page.count(schema.tables.len());
    page.raw(if schema.tables.len() == 1 { " table" } else { " tables" });
    if schema.partitions > 0 {
        page.raw("; ").count(schema.partitions).raw(" partitions are left out");
    }
    page.raw(".</p>\n");
    if !schema.tables.is_empty() {
        drawing(page, schema, id);
        as_text(page, schema);
    }
    page.raw("</section>\n");
}

fn drawing(page: &mut Page, schema: &Schema, id: &str) {
    let tables = &schema.tables;
    let index: HashMap<&str, usize> =
        tables.iter().enumerate().map(|(n, table)| (table.name.as_str(), n)).collect();
    let links: Vec<(usize, usize, Option<String>, Option<String>)> = tables
        .iter()
        .enumerate()
        .flat_map(|(from, table)| table.links.iter().map(move |link| (from, link)))
        .filter_map(|(from, link)| {
            let to = *index.get(link.table.as_str())?;
            let first = |columns: &'_ [String]| columns.first().cloned();
            Some((from, to, first(&link.columns), first(&link.referenced)))
        })
        .collect();
    let pairs: Vec<(usize, usize)> = links.iter().map(|&(from, to, ..)| (from, to)).collect();
    let sizes: Vec<(u32, u32)> = tables.iter().map(size).collect();
    let placed = place(&sizes, &pairs);
    let (width, height) = (placed.width + 2 * MARGIN, placed.height + 2 * MARGIN);
    let corner = |table: usize| {
        let (x, y) = placed.corners[table];
        (x + MARGIN, y + MARGIN)
    };

    page.raw("<div class=\"tools\" hidden><label>Search <input type=\"search\" class=\"find\"");
    page.raw(" autocomplete=\"off\"></label> <span class=\"found\" role=\"status\"></span>");
    page.raw(" <button type=\"button\" class=\"zoom-in\" aria-label=\"Zoom in\">+</button>");
    page.raw(" <button type=\"button\" class=\"zoom-out\" aria-label=\"Zoom out\">−</button>");
    page.raw(" <button type=\"button\" class=\"fit\">Fit</button></div>\n");
    page.raw("<div class=\"drawing\" role=\"region\" tabindex=\"0\" aria-label=\"");
    page.raw("Drawing of the tables; the list of tables below says the same\">\n");
    page.raw("<svg width=\"").number(width).raw("\" height=\"").number(height);
    page.raw("\" viewBox=\"0 0 ").number(width).raw(" ").number(height);
    page.raw(
        "\" aria-hidden=\"false\" role=\"group\" aria-label=\"Tables\">\n<g class=\"links\">\n",
    );
    for (from, to, own, other) in &links {
        let (from, to) = (*from, *to);
        let start = (corner(from), sizes[from], row(&tables[from], own.as_deref()));
        let end = (corner(to), sizes[to], row(&tables[to], other.as_deref()));
        page.raw("<path data-from=\"").count(from).raw("\" data-to=\"").count(to).raw("\" d=\"");
        page.text(curve(start, end)).raw("\"/>\n");
    }
    page.raw("</g>\n");
    for (number, table) in tables.iter().enumerate() {
        let near: BTreeSet<usize> = pairs
            .iter()
            .filter_map(|&(from, to)| match (from == number, to == number) {
                (true, false) => Some(to),
                (false, true) => Some(from),
                _ => None,
            })
            .collect();
        draw(page, table, (id, number), (corner(number), sizes[number]), &near);
    }
    page.raw("</svg>\n</div>\n");
}

fn draw(
    page: &mut Page,
    table: &Table,
    (id, number): (&str, usize),
    ((x, y), (width, height)): ((u32, u32), (u32, u32)),
    near: &BTreeSet<usize>,
) {
    page.raw("<g class=\"table\" id=\"").text(id).raw("-t").count(number);
    page.raw("\" role=\"button\" tabindex=\"0\" aria-pressed=\"false\" transform=\"translate(");
    page.number(x).raw(" ").number(y).raw(")\" data-near=\"");
    for (position, other) in near.iter().enumerate() {
        page.raw(if position > 0 { " " } else { "" }).count(*other);
    }
    page.raw("\" aria-label=\"Table ").text(&table.name).raw(": ").count(table.columns.len());
    page.raw(" columns, ").count(near.len()).raw(" neighbours\"><rect width=\"").number(width);
    page.raw("\" height=\"")
        .number(height)
        .raw("\" rx=\"4\"/><text class=\"head\" x=\"9\" y=\"18\">");
    page.text(short(&table.name)).raw("</text>\n");
    for (line, column) in table.columns.iter().take(COLUMNS).enumerate() {
        page.raw("<text x=\"9\" y=\"").number(baseline(line)).raw("\"");
        if column.key {
            page.raw(" class=\"key\"");
        }
        page.raw(">").text(short(&column.name)).raw("<tspan dx=\"8\">");
        page.text(short(&type_of(column))).raw("</tspan></text>\n");
    }
    if table.columns.len() > COLUMNS {
        page.raw("<text x=\"9\" y=\"").number(baseline(COLUMNS)).raw("\">and ");
        page.count(table.columns.len() - COLUMNS).raw(" more</text>\n");
    }
    page.raw("</g>\n");
}

fn type_of(column: &Column) -> String {
    let null = if column.not_null { "" } else { "?" };
    format!("{}{null}", column.data_type)
}

fn baseline(line: usize) -> u32 {
    HEAD + u32::try_from(line).unwrap_or(0) * LINE + 13
}

/// The text as it is drawn.
fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn size(table: &Table) -> (u32, u32) {
    let length = |text: &str| u32::try_from(short(text).chars().count()).unwrap_or(0);
    let columns = table.columns.iter().take(COLUMNS);
    let widest = columns
        .map(|column| length(&column.name) + length(&type_of(column)) + 1)
        .chain([length(&table.name) + 1])
        .max()
        .unwrap_or(0);
    let more = usize::from(table.columns.len() > COLUMNS);
    let lines = u32::try_from(table.columns.len().min(COLUMNS) + more).unwrap_or(0);
    ((widest * CHARACTER + 26).max(110), HEAD + lines * LINE + 6)
}

/// The height at which a link of this column begins, from the top of its table.
fn row(table: &Table, column: Option<&str>) -> u32 {
    let at = column.and_then(|name| table.columns.iter().position(|column| column.name == name));
    match at {
        Some(line) => baseline(line.min(COLUMNS)) - 4,
        None => HEAD / 2,
    }
}

/// A table's corner, its size, and the height of a line in it.
type End = ((u32, u32), (u32, u32), u32);

/// A curve from the side of a table to that of another.
fn curve(((x, y), (width, _), row): End, ((left, top), (wide, _), line): End) -> String {
    let (from, to) = (y + row, top + line);
    let reach = 50;
    if x >= left + wide {
        let end = left + wide;
        return format!(
            "M{x} {from}C{} {from} {} {to} {end} {to}",
            x.saturating_sub(reach),
            end + reach
        );
    }
    if left >= x + width {
        let begin = x + width;
        return format!(
            "M{begin} {from}C{} {from} {} {to} {left} {to}",
            begin + reach,
            left.saturating_sub(reach)
        );
    }
    // One above the other, or the table itself.
    let (begin, end) = (x + width, left + wide);
    let out = begin.max(end) + reach;
    format!("M{begin} {from}C{out} {from} {out} {to} {end} {to}")
}

fn as_text(page: &mut Page, schema: &Schema) {
    page.raw("<details><summary>The tables as text</summary>\n<dl class=\"tables\">\n");
    for table in &schema.tables {
        page.raw("<dt>").name(&table.name).raw("</dt>\n");
        for column in &table.columns {
            page.raw("<dd><code>").text(&column.name).raw(" ").text(&column.data_type);
            page.raw(if column.not_null { " NOT NULL" } else { "" }).raw("</code>");
            page.raw(if column.key { ", primary key" } else { "" }).raw("</dd>\n");
        }
        for link in &table.links {
            page.raw("<dd><code>(").text(link.columns.join(", ")).raw(")</code> refers to <code>");
            page.text(&link.table).raw("(").text(link.referenced.join(", ")).raw(")</code></dd>\n");
        }
    }
    page.raw("</dl>\n</details>\n");
}
