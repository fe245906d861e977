//! A page in a window, whichever browser shows it. Every step waits until it can be done.

use anyhow::{Context as _, anyhow, ensure};
use serde::de::DeserializeOwned;
use serde_json::Value;
use thirtyfour::prelude::*;

use crate::wait::until;

/// Asks for JSON as the page itself would, with its cookies.
const FETCH: &str = "
    const [path, done] = arguments;
    fetch(path, { headers: { accept: 'application/json' } })
        .then(async (answer) => done({ status: answer.status, body: await answer.text() }))
        .catch((error) => done({ status: 0, body: String(error) }));
";

/// What has the focus: whether it is what is looked for, whether anything at or around it looks
/// different without the focus, and its HTML.
const FOCUSED: &str = "
    const at = document.activeElement;
    if (at === document.body) return [false, true, ''];
    const around = [at, ...(at.labels ?? [])].flatMap((e) => [e, ...e.children, e.parentElement, e.parentElement?.parentElement]);
    const looks = () => around.filter(Boolean).map((element) => {
        const style = getComputedStyle(element);
        return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.clipPath, style.transform].join();
    }).join();
    const focused = looks();
    at.blur();
    const visible = looks() !== focused;
    at.focus();
    return [at.matches(arguments[0]), visible, at.outerHTML.slice(0, 120)];
";

/// The page in the one window of a browser.
#[derive(Debug, Clone)]
pub struct Page {
    driver: WebDriver,
    address: String,
    scripts: bool,
}

impl Page {
    /// The window of a driver, for the server at an address.
    #[must_use]
    pub fn new(driver: WebDriver, address: String, scripts: bool) -> Self {
        Self {
            driver,
            address,
            scripts,
        }
    }

    /// The driver, for what is not here.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// The address of the server that the page is of.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Goes to a path of the server and waits until the page runs.
    ///
    /// # Errors
    /// When it does not come to run.
    pub async fn visit(&self, path: &str) -> anyhow::Result<()> {
        self.driver.goto(format!("{}{path}", self.address)).await?;
        self.runs().await
    }

    /// Loads the page again and waits until it runs.
    ///
    /// # Errors
    /// When it does not come to run.
    pub async fn reload(&self) -> anyhow::Result<()> {
        self.driver.refresh().await?;
        self.runs().await
    }

    /// Waits until the page has taken over from what the server rendered.
    ///
    /// # Errors
    /// When it never does.
    pub async fn runs(&self) -> anyhow::Result<()> {
        if self.scripts {
            self.present("html[data-hydrated='true']").await?;
        }
        Ok(())
    }

    /// Waits until the window is at a path of the server.
    ///
    /// # Errors
    /// When it never comes there.
    pub async fn arrives(&self, path: &str) -> anyhow::Result<()> {
        until(&format!("the window is at {path}"), async || {
            Ok((self.path().await? == path).then_some(()))
        })
        .await?;
        self.runs().await
    }

    /// The path that the window is at.
    ///
    /// # Errors
    /// When the browser does not say.
    pub async fn path(&self) -> anyhow::Result<String> {
        Ok(self.driver.current_url().await?.path().to_owned())
    }

    /// Waits for an element that can be seen.
    ///
    /// # Errors
    /// When there never is one.
    pub async fn shown(&self, css: &str) -> anyhow::Result<WebElement> {
        until(&format!("{css} is shown"), async || {
            let found = self.driver.find(By::Css(css)).await?;
            Ok(found.is_displayed().await?.then_some(found))
        })
        .await
    }

    /// Waits until an element is in the page, whether or not there is anything of it to see.
    ///
    /// # Errors
    /// When it never is.
    pub async fn present(&self, css: &str) -> anyhow::Result<()> {
        until(&format!("{css} is in the page"), async || {
            Ok((self.count(css).await? > 0).then_some(()))
        })
        .await
    }

    /// Waits until no such element is in the page.
    ///
    /// # Errors
    /// When there always is one.
    pub async fn gone(&self, css: &str) -> anyhow::Result<()> {
        until(&format!("{css} is gone"), async || {
            Ok((self.count(css).await? == 0).then_some(()))
        })
        .await
    }

    /// How many such elements there are now.
    ///
    /// # Errors
    /// When the browser does not say.
    pub async fn count(&self, css: &str) -> anyhow::Result<usize> {
        Ok(self.driver.find_all(By::Css(css)).await?.len())
    }

    /// Clicks on an element as soon as that is possible, scrolled to where nothing lies over it.
    ///
    /// # Errors
    /// When it never is.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        until(&format!("{css} can be clicked"), async || {
            let found = self.driver.find(By::Css(css)).await?;
            found.scroll_into_view().await?;
            found.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Writes into a field, instead of what is in it.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn fill(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let field = self.shown(css).await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// The text of an element, once there is any.
    ///
    /// # Errors
    /// When there never is.
    pub async fn text(&self, css: &str) -> anyhow::Result<String> {
        until(&format!("{css} has a text"), async || {
            Ok(Some(self.text_now(css).await?).filter(|text| !text.is_empty()))
        })
        .await
    }

    /// Waits until an element has a text.
    ///
    /// # Errors
    /// When it never has.
    pub async fn reads(&self, css: &str, expected: &str) -> anyhow::Result<()> {
        until(&format!("{css} reads \"{expected}\""), async || {
            let text = self.text_now(css).await?;
            ensure!(text == expected, "it reads \"{text}\"");
            Ok(Some(()))
        })
        .await
    }

    /// As the page has it: what drivers make of an element's text differs from one to the other.
    async fn text_now(&self, css: &str) -> anyhow::Result<String> {
        let text = self
            .driver
            .find(By::Css(css))
            .await?
            .prop("innerText")
            .await?;
        Ok(text.unwrap_or_default().trim().to_owned())
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// When the script fails or gives something else.
    pub async fn run<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> anyhow::Result<T> {
        Ok(self.driver.execute(script, arguments).await?.convert()?)
    }

    /// Runs a script that calls its last argument when it is done.
    ///
    /// # Errors
    /// When the script fails or gives something else.
    pub async fn run_async<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> anyhow::Result<T> {
        Ok(self
            .driver
            .execute_async(script, arguments)
            .await?
            .convert()?)
    }

    /// Asks the server for something as the player in the page.
    ///
    /// # Errors
    /// When it is not given.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        #[derive(serde::Deserialize)]
        struct Answer {
            status: u16,
            body: String,
        }
        let Answer { status, body } = self.run_async(FETCH, vec![path.into()]).await?;
        ensure!(status == 200, "{path} is answered {status}: {body}");
        serde_json::from_str(&body).with_context(|| format!("{path} is answered {body}"))
    }

    /// Presses a key, whatever has the focus.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn press(&self, key: Key) -> anyhow::Result<()> {
        Ok(self.driver.action_chain().send_keys(key).perform().await?)
    }

    /// Types a text, whatever has the focus.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn types(&self, text: &str) -> anyhow::Result<()> {
        Ok(self.driver.action_chain().send_keys(text).perform().await?)
    }

    /// Presses the tab key until the focus is on an element, and checks that each stop on the way
    /// can be seen to have it.
    ///
    /// # Errors
    /// When the focus does not come there in this many steps.
    pub async fn tab_to(&self, css: &str, steps: u32) -> anyhow::Result<()> {
        let mut passed = Vec::new();
        for _ in 0..steps {
            self.press(Key::Tab).await?;
            let (there, visible, html): (bool, bool, String) =
                self.run(FOCUSED, vec![css.into()]).await?;
            ensure!(visible, "the focus cannot be seen on {html}");
            if there {
                return Ok(());
            }
            passed.push(html);
        }
        Err(anyhow!(
            "the tab key does not come to {css} in {steps} steps:\n{}",
            passed.join("\n")
        ))
    }
}
