//! A page that is being written: markup that stands in this program, and text that comes from elsewhere.

/// A page. Markup is `'static`, so that nothing that was read can become markup.
#[derive(Debug, Default)]
pub(super) struct Page {
    out: String,
}

impl Page {
    /// Adds markup.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Page {
        self.out.push_str(markup);
        self
    }

    /// Adds text, between tags or between the double quotes of an attribute.
    pub(super) fn text(&mut self, text: impl AsRef<str>) -> &mut Page {
        for c in text.as_ref().chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                '\n' | '\t' => self.out.push(c),
                // A page cannot hold them.
                c if c.is_control() => self.out.push('\u{fffd}'),
                c => self.out.push(c),
            }
        }
        self
    }

    /// Adds a number.
    pub(super) fn number(&mut self, number: impl Into<i64>) -> &mut Page {
        self.out.push_str(&number.into().to_string());
        self
    }

    /// Adds a count.
    pub(super) fn count(&mut self, count: usize) -> &mut Page {
        self.out.push_str(&count.to_string());
        self
    }

    /// Adds a name in a text: what is written from right to left there does not turn the rest.
    pub(super) fn name(&mut self, name: impl AsRef<str>) -> &mut Page {
        self.raw("<bdi>").text(name).raw("</bdi>")
    }

    /// Adds code to copy.
    pub(super) fn code(&mut self, language: &'static str, code: &str) -> &mut Page {
        self.raw("<div class=\"code\"><pre><code class=\"").raw(language).raw("\">").text(code);
        self.raw("</code></pre><button type=\"button\" class=\"copy\" hidden>Copy</button></div>\n")
    }

    /// Adds data for programs: JSON, in which no tag can begin or end.
    pub(super) fn json(&mut self, json: &str) -> &mut Page {
        let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
        self.out.push_str(&json);
        self
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_never_becomes_markup() {
        let mut page = Page::default();
        page.raw("<b title=\"").text("\" onload='x'").raw("\">");
        page.text("</script><script>alert(1)</script>&\u{7}").raw("</b>");
        assert_eq!(
            page.into_text(),
            "<b title=\"&quot; onload=&#39;x&#39;\">\
             &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\u{fffd}</b>"
        );
    }

    #[test]
    fn data_ends_no_element_and_stays_what_it_is() {
        let value = serde_json::json!({ "a": "</script><!--&" });
        let mut page = Page::default();
        page.json(&value.to_string());
        let text = page.into_text();
        assert_eq!(text, r#"{"a":"\u003c/script\u003e\u003c!--\u0026"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
