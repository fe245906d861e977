//! A browser without script: pages, forms, and the cookies between them.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use domain::Symbol;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, header};

/// Longer than any page takes on bad Wi-Fi.
const PATIENCE: Duration = Duration::from_secs(20);
/// The cookie of a session.
pub const COOKIE: &str = "tickerquest";
/// What the browser says of a form's fields.
const FORM: &str = "application/x-www-form-urlencoded";

/// A browser.
#[derive(Debug)]
pub struct Phone {
    client: Client,
    address: String,
}

/// Where a form has led.
#[derive(Debug)]
pub struct Led {
    /// The next page.
    pub to: String,
    /// The session that the browser was given, if it was.
    pub session: Option<String>,
}

impl Phone {
    /// A browser that has not been anywhere, on the way to a server.
    ///
    /// # Errors
    /// When there can be none.
    pub fn new(server: SocketAddr) -> anyhow::Result<Self> {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            client,
            address: format!("http://{server}"),
        })
    }

    /// Its connections and cookies.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a page.
    ///
    /// # Errors
    /// When it is not shown.
    pub async fn open(&self, page: &str) -> anyhow::Result<String> {
        let asked = self.client.get(format!("{}{page}", self.address));
        let answer = asked.send().await.with_context(|| page.to_owned())?;
        let status = answer.status();
        let text = answer.text().await.with_context(|| page.to_owned())?;
        ensure!(status == StatusCode::OK, "{page} answers {status}: {text}");
        Ok(text)
    }

    /// Sends a form. Its fields must be of characters that need no escapes, as all of a class are.
    ///
    /// # Errors
    /// When it leads nowhere.
    pub async fn submit(&self, form: &str, fields: &[(&str, &str)]) -> anyhow::Result<Led> {
        let pairs = fields.iter().map(|(name, value)| format!("{name}={value}"));
        let body = pairs.collect::<Vec<_>>().join("&");
        let sent = self.client.post(format!("{}{form}", self.address));
        let sent = sent.header(header::CONTENT_TYPE, FORM).body(body).send();
        let answer = sent.await.with_context(|| form.to_owned())?;
        let status = answer.status();
        if status != StatusCode::SEE_OTHER {
            let text = answer.text().await?;
            bail!("{form} answers {status}: {text}");
        }
        let to = answer.headers().get(header::LOCATION);
        let to = to.context("a form leads somewhere")?.to_str()?.to_owned();
        let mut cookies = answer.cookies();
        let session = cookies.find(|cookie| cookie.name() == COOKIE);
        let session = session.map(|cookie| cookie.value().to_owned());
        Ok(Led { to, session })
    }
}

/// The value of a hidden field of a form in a page.
#[must_use]
pub fn hidden<'a>(page: &'a str, form: &str, field: &str) -> Option<&'a str> {
    let action = format!("action=\"{form}\"");
    let name = format!("name=\"{field}\"");
    let (_, inside) = page.split_once(action.as_str())?;
    let mut tags = inside.split('<');
    let tag = tags.find(|tag| tag.contains(name.as_str()))?;
    let (_, value) = tag.split_once("value=\"")?;
    let (value, _) = value.split_once('"')?;
    Some(value)
}

/// The companies that a page of a game links to.
#[must_use]
pub fn companies(page: &str, game: &str) -> Vec<Symbol> {
    let link = format!("/games/{game}/instruments/");
    let links = page.split(link.as_str()).skip(1);
    let mut found: Vec<Symbol> = links
        .filter_map(|rest| rest.split(['"', '?', '#']).next()?.parse().ok())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_browser_reads_it() {
        let page = r#"<a href="/games/9b-1/instruments/MUFFN">M</a><a href="/games/9b-1/instruments/BOLTW?x">B</a>
            <a href="/games/other/instruments/AAA"></a><form action="/forms/host"><input name="key" value="no"/></form>
            <form action="/forms/order" method="post"><input type="hidden" name="key" value="k-1"><input name="size"></form>"#;
        let names: Vec<String> = companies(page, "9b-1")
            .iter()
            .map(Symbol::to_string)
            .collect();
        assert_eq!(names, ["BOLTW", "MUFFN"]);
        assert_eq!(hidden(page, "/forms/order", "key"), Some("k-1"));
        assert_eq!(hidden(page, "/forms/order", "size"), None);
        assert_eq!(hidden(page, "/forms/nothing", "key"), None);
    }
}
