//! What a mail says, as plain text and as HTML.

use std::fmt::Write as _;

/// The words of a mail. Every text is plain; the HTML escapes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject, one line.
    pub subject: String,
    /// What happened, a paragraph each.
    pub paragraphs: Vec<String>,
    /// The one thing to do about it: its label and its address.
    pub action: Option<(String, String)>,
    /// Why the mail came, in small print.
    pub footer: String,
    /// The page to stop mails of this kind.
    pub unsubscribe: Option<String>,
    /// Where a mail program stops them by a POST without a body that matters (RFC 8058).
    pub one_click: Option<String>,
}

impl Letter {
    /// As plain text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.paragraphs.join("\n\n");
        // Writing to a text does not fail.
        if let Some((label, address)) = &self.action {
            write!(text, "\n\n{label}: {address}").ok();
        }
        write!(text, "\n\n--\n{}\n", self.footer).ok();
        if let Some(address) = &self.unsubscribe {
            writeln!(text, "No more mail of this kind: {address}").ok();
        }
        text
    }

    /// As HTML, without anything that a mail program would have to load.
    #[must_use]
    pub fn html(&self) -> String {
        let mut body = String::new();
        for paragraph in &self.paragraphs {
            write!(body, "<p>{}</p>", escaped(paragraph)).ok();
        }
        if let Some((label, address)) = &self.action {
            let (label, address) = (escaped(label), escaped(address));
            write!(
                body,
                "<p><a href=\"{address}\" style=\"display:inline-block;padding:10px 16px;\
                 background:#f2b33d;color:#1d1a16;font-weight:bold;text-decoration:none\">{label}</a></p>"
            )
            .ok();
        }
        let mut footer = escaped(&self.footer);
        if let Some(address) = &self.unsubscribe {
            let address = escaped(address);
            write!(
                footer,
                " <a href=\"{address}\">No more mail of this kind</a>."
            )
            .ok();
        }
        let subject = escaped(&self.subject);
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{subject}</title></head>\
             <body style=\"font:16px/1.5 Georgia,serif;color:#1d1a16;background:#fbf7ee;margin:0;padding:24px\">\
             <div style=\"max-width:34em;margin:0 auto\">{body}\
             <p style=\"font-size:13px;color:#5f574b;border-top:1px dashed #b9ae9b;padding-top:12px\">{footer}</p>\
             </div></body></html>"
        )
    }
}

/// A text as HTML shows it, in elements and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_escapes_every_word_in_html_and_none_in_text() {
        let attack = "<script>alert(\"1\")</script> & 'more'";
        let letter = Letter {
            subject: attack.into(),
            paragraphs: vec![attack.into()],
            action: Some((attack.into(), "https://game.example/?a=1&b=\"".into())),
            footer: attack.into(),
            unsubscribe: Some("https://game.example/\"><b>".into()),
            one_click: None,
        };
        let html = letter.html();
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert_eq!(
            html.matches("&lt;script&gt;alert(&quot;1&quot;)").count(),
            4
        );
        assert!(html.contains("href=\"https://game.example/?a=1&amp;b=&quot;\""));
        assert!(letter.text().starts_with(attack));
    }
}
