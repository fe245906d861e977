//! Markdown that players write, as HTML that is safe to insert into a page.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};

/// CommonMark, with three differences: HTML is shown as it was typed, pictures are their descriptions, and
/// a link that leads to no page is its words. Line breaks stay, and headings begin below those of the page.
#[must_use]
pub fn to_html(text: &str) -> String {
    let mut open_links = Vec::new();
    let events = Parser::new(text).filter_map(|event| safe(event, &mut open_links));
    let mut written = String::new();
    html::push_html(&mut written, events);
    written
}

/// `links` remembers of each open link whether it is one of the page.
fn safe<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    Some(match event {
        Event::Html(typed) | Event::InlineHtml(typed) => Event::Text(typed),
        Event::SoftBreak => Event::HardBreak,
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        Event::Start(Tag::Link { dest_url, .. }) => {
            let (is_page, start) = (is_page(&dest_url), link(dest_url));
            links.push(is_page);
            return is_page.then_some(start);
        }
        Event::End(TagEnd::Link) => {
            let is_page = links.pop().unwrap_or_default();
            return is_page.then_some(Event::End(TagEnd::Link));
        }
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: lower(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    })
}

fn is_page(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    address.starts_with("https://") || address.starts_with("http://")
}

fn link(dest_url: CowStr<'_>) -> Event<'_> {
    Event::Start(Tag::Link {
        link_type: pulldown_cmark::LinkType::Inline,
        dest_url,
        title: CowStr::Borrowed(""),
        id: CowStr::Borrowed(""),
    })
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(to_html(text).trim(), expected, "{text}");
    }

    #[test]
    fn markdown_is_shown_as_what_it_means() {
        check("**Buy** *low*", "<p><strong>Buy</strong> <em>low</em></p>");
        check("one\ntwo", "<p>one<br />\ntwo</p>");
        check("# Idea", "<h3>Idea</h3>");
        check("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>");
        let link = r#"<p><a href="https://example.org/a?b=1&amp;c">read</a></p>"#;
        check("[read](https://example.org/a?b=1&c \"x\")", link);
    }

    #[test]
    fn nothing_that_could_do_harm_comes_through() {
        check(
            "<script>alert(1)</script>",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        );
        check(
            "a <b onclick=x>b</b>",
            "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>",
        );
        check("[x](javascript:alert(1))", "<p>x</p>");
        check("[x](JaVaScRiPt:alert(1))", "<p>x</p>");
        check("[x](data:text/html,a)", "<p>x</p>");
        check("<javascript:alert(1)>", "<p>javascript:alert(1)</p>");
        check("![a bird](https://example.org/spy.png)", "<p>a bird</p>");
        let quoted = r#"<p><a href="https://example.org/%22onclick=%22x">x</a></p>"#;
        check("[x](https://example.org/\"onclick=\"x)", quoted);
    }
}
