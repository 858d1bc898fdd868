//! The page: its head, the summary, and a section for each suite.

use super::document::{Document, Section};
use super::page::Page;
use super::{diagram, findings, summary, timeline};
use crate::finding::Report;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Nothing from elsewhere is loaded.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

/// How much older than the newest a suite's results are when the page says so, in seconds.
const OLD: u64 = 3600;

/// The page. `data` adds the data from which it is made.
pub(super) fn page(page: &mut Page, document: &Document, data: impl FnOnce(&mut Page)) {
    let verdict = document.verdict();
    page.raw("<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"").raw(POLICY).raw("\">\n");
    page.raw("<link rel=\"icon\" href=\"data:,\">\n<title>Migrations: ");
    page.raw(verdict.answer)
        .raw("</title>\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n");
    page.raw("<header>\n<p class=\"question\">May I merge?</p>\n<h1 class=\"").raw(verdict.class);
    page.raw("\">").raw(verdict.answer).raw("<span>: ").text(&verdict.why).raw("</span></h1>\n");
    page.raw("<button type=\"button\" class=\"theme\" hidden>Dark or light</button>\n</header>\n");
    contents(page, document);
    page.raw("<main>\n");
    let newest = document.suites.iter().map(|suite| suite.at).max().unwrap_or(0);
    for (number, section) in document.suites.iter().enumerate() {
        suite(page, section, &format!("s{}", number + 1), newest);
    }
    page.raw("</main>\n<footer><p>Written by gauntlet. The data of this page is the element ");
    page.raw("<code>#gauntlet-data</code> at its end.</p></footer>\n");
    data(page);
    page.raw("<script>\n").raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
}

fn contents(page: &mut Page, document: &Document) {
    if document.suites.len() < 2 {
        return;
    }
    page.raw("<nav aria-label=\"Suites\"><ul>\n");
    for (number, section) in document.suites.iter().enumerate() {
        page.raw("<li><a href=\"#s").count(number + 1).raw("\">").name(&section.suite);
        page.raw("</a></li>\n");
    }
    page.raw("</ul></nav>\n");
}

fn suite(page: &mut Page, section: &Section, id: &str, newest: u64) {
    page.raw("<section class=\"suite\" id=\"").text(id).raw("\" aria-labelledby=\"").text(id);
    page.raw("-name\">\n<h2 id=\"").text(id).raw("-name\">").name(&section.suite).raw("</h2>\n");
    page.raw("<p class=\"when\">").name(&section.folder).raw(", ").text(utc(section.at));
    page.raw("</p>\n");
    if section.at + OLD < newest {
        page.raw(
            "<p class=\"old\">These results are older than others on this page. If this suite no ",
        );
        page.raw("longer exists, remove the file and run again.</p>\n");
    }
    summary::table(page, section, id);
    for report in &section.results {
        if report.error.is_some() || !report.findings.is_empty() || !report.leftovers.is_empty() {
            check(page, report, section, id);
        }
    }
    if let Some(whole) = &section.whole {
        if !whole.versions.is_empty() {
            timeline::timeline(page, section, &whole.versions, id);
        }
        if let Some(schema) = &whole.schema {
            diagram::diagram(page, schema, id);
        }
        if let Some(error) = &whole.error {
            page.raw(
                "<section><h3>Schema at head</h3>\n<p>It is not known:</p>\n<pre class=\"error\">",
            );
            page.text(error.trim()).raw("</pre></section>\n");
        }
    }
    page.raw("</section>\n");
}

fn check(page: &mut Page, report: &Report, section: &Section, id: &str) {
    let (class, word) = summary::result(report);
    let id = format!("{id}-{}", report.check);
    page.raw("<section class=\"check ").raw(class).raw("\" id=\"").text(&id);
    page.raw("\" aria-labelledby=\"").text(&id).raw("-name\">\n<h3 id=\"").text(&id);
    page.raw("-name\">").text(&report.check).raw(" <span class=\"result\">").raw(word);
    page.raw("</span></h3>\n");
    findings::all(page, report, section.settings(), &id);
    page.raw("</section>\n");
}

/// Seconds since 1970 as a date and a time.
fn utc(seconds: u64) -> String {
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    // Eras of 400 years that begin with March, so that a leap day ends its year.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute) = (time / 3_600, time / 60 % 60);
    format!("{year}-{month:02}-{date:02} {hour:02}:{minute:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_399, "2000-02-28 23:59 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_709_251_199, "2024-02-29 23:59 UTC"),
            (1_735_689_600, "2025-01-01 00:00 UTC"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }
}
