//! `junit`: the XML that CI servers read.
//!
//! The elements and attributes are those that Jenkins, GitLab and others know, as the schema of Jenkins' xUnit plugin
//! (`junit-10.xsd`) lists them; `tests/formats` validates against it.

use std::borrow::Cow;
use std::io;

use gauntlet_runtime::finding::{Report, Status};
use gauntlet_runtime::report::{self, Settings};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Outcome, Run};
use crate::failure::Failure;

type Xml = Writer<Vec<u8>>;

pub(super) fn render(run: &Run) -> Result<String, Failure> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 4);
    document(&mut xml, run).map_err(Failure::io("write the report as XML"))?;
    let mut text = String::from_utf8_lossy(&xml.into_inner()).into_owned();
    text.push('\n');
    Ok(text)
}

fn document(xml: &mut Xml, run: &Run) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counted = |status: Status| run.reports().filter(|report| report.status() == status).count();
    let (tests, failures) = (run.outcomes.len(), counted(Status::Failed));
    let errors = run.reports().count() - failures - counted(Status::Passed);
    let skipped = tests - run.reports().count();
    let seconds: f64 = run.reports().map(|report| report.duration.as_secs_f64()).sum();
    let counts = [
        ("tests", tests.to_string()),
        ("failures", failures.to_string()),
        ("errors", errors.to_string()),
        ("time", format!("{seconds:.3}")),
    ];
    let counts = || counts.iter().map(|(name, value)| (*name, value.as_str()));
    xml.create_element("testsuites")
        .with_attribute(("name", "cargo gauntlet"))
        .with_attributes(counts())
        .write_inner_content(|xml| {
            xml.create_element("testsuite")
                .with_attribute(("name", &*valid(&run.name)))
                .with_attributes(counts())
                .with_attribute(("skipped", skipped.to_string().as_str()))
                .write_inner_content(|xml| {
                    run.outcomes.iter().try_for_each(|outcome| case(xml, run, outcome))
                })?;
            Ok(())
        })?;
    Ok(())
}

fn case(xml: &mut Xml, run: &Run, outcome: &Outcome) -> io::Result<()> {
    match outcome {
        Outcome::Ignored { check, reason } => {
            xml.create_element("testcase")
                .with_attributes([("name", *check), ("classname", &*valid(&run.name))])
                .write_inner_content(|xml| {
                    let skipped = xml.create_element("skipped");
                    skipped.with_attribute(("message", &*valid(reason))).write_empty()?;
                    Ok(())
                })?;
        }
        Outcome::Ran(report) => {
            let seconds = format!("{:.3}", report.duration.as_secs_f64());
            let element = xml.create_element("testcase").with_attributes([
                ("name", &*valid(&report.check)),
                ("classname", &*valid(&report.suite)),
                ("time", &seconds),
            ]);
            match report.status() {
                Status::Passed => {
                    let notes = report::render_notes_for(report, Settings::Toml);
                    if notes.is_empty() {
                        element.write_empty()?;
                    } else {
                        element.write_inner_content(|xml| {
                            xml.create_element("system-out").write_text_content(text(&notes))?;
                            Ok(())
                        })?;
                    }
                }
                status => {
                    let name = if status == Status::Failed { "failure" } else { "error" };
                    element.write_inner_content(|xml| {
                        xml.create_element(name)
                            .with_attribute(("message", &*valid(&message(report))))
                            .write_text_content(text(&report::render_for(
                                report,
                                Settings::Toml,
                            )))?;
                        Ok(())
                    })?;
                }
            }
        }
    }
    Ok(())
}

/// The first failure in a line.
fn message(report: &Report) -> String {
    let first = report.findings.iter().find(|finding| finding.is_failure());
    first.map(|finding| &finding.title).or(report.error.as_ref()).cloned().unwrap_or_default()
}

fn text(text: &str) -> BytesText<'static> {
    BytesText::new(&valid(text)).into_owned()
}

/// The text without the characters that XML has no way to write.
fn valid(text: &str) -> Cow<'_, str> {
    let barred = |c: char| {
        (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(barred) {
        Cow::Owned(text.replace(barred, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_write_is_replaced() {
        assert_eq!(valid("a\u{1}b\n"), "a\u{fffd}b\n");
        assert!(matches!(valid("<a>"), Cow::Borrowed("<a>")));
    }
}
