//! What a mail says, as plain text and as HTML.

use std::fmt::Write as _;

use web::language::Language;

/// The words of a mail. Every text is plain; the HTML escapes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language of all words.
    pub language: Language,
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
    /// A letter that is written in English, in another language. What nobody has translated stays as it is.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        let texts = language.texts();
        let paragraphs = self.paragraphs.iter();
        Self {
            language,
            subject: texts.said(&self.subject),
            paragraphs: paragraphs.map(|text| texts.said(text)).collect(),
            action: self
                .action
                .map(|(label, address)| (texts.said(&label), address)),
            footer: texts.said(&self.footer),
            ..self
        }
    }

    /// What the link is called that stops mails.
    fn stop(&self) -> String {
        self.language.texts().said("No more mail of this kind")
    }

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
            writeln!(text, "{}: {address}", self.stop()).ok();
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
            let (address, label) = (escaped(address), escaped(&self.stop()));
            write!(footer, " <a href=\"{address}\">{label}</a>.").ok();
        }
        let (subject, tag) = (escaped(&self.subject), self.language.tag());
        format!(
            "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>{subject}</title></head>\
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
            language: Language::English,
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

    #[test]
    fn a_letter_is_in_one_language_and_keeps_its_addresses() {
        let address = "https://game.example/?a=1";
        let english = Letter {
            language: Language::English,
            subject: "You reached level 4.".into(),
            paragraphs: vec!["You reached level 4.".into()],
            action: Some(("Show me".into(), address.into())),
            footer: "Tickerquest sends this because you asked for mail about: You reached a level."
                .into(),
            unsubscribe: Some(address.into()),
            one_click: None,
        };
        assert!(english.text().contains("No more mail of this kind: https"));
        let german = english.clone().in_language(Language::German);
        let (text, html) = (german.text(), german.html());
        assert!(
            html.starts_with("<!doctype html><html lang=\"de\">"),
            "{html}"
        );
        for one in [&text, &html] {
            assert!(one.contains("Du hast Stufe 4 erreicht."), "{one}");
            assert!(one.contains("Du hast eine Stufe erreicht"), "{one}");
            assert!(one.contains(address), "{one}");
            for word in ["You", "Show", "No more", "because"] {
                assert!(!one.contains(word), "{one}");
            }
        }
        assert_eq!(english.clone().in_language(Language::English), english);
    }
}
