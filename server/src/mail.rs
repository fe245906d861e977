//! Mail: one message at a time, through the operator's SMTP server.
//!
//! Only jobs send mail, because a mail server may be slow or away for hours. An attempt that fails may
//! have delivered the message nevertheless, so a message keeps its Message-ID from attempt to attempt,
//! and mail programs show it once.

use std::fmt;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use domain::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::config::{MailConfig, MailEncryption};
use crate::jobs::JobError;

mod letter;

pub use letter::Letter;
pub(crate) use letter::escaped;

/// Characters of the mail server's own words in an error.
const ANSWER_MAX: usize = 200;

/// A message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Names the message: unique to it, the same at each attempt. Letters, digits, `-` and `.`.
    pub id: String,
    /// The address it goes to.
    pub to: String,
    /// When its cause happened.
    pub at: Timestamp,
    /// What it says.
    pub letter: Letter,
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Another attempt may succeed: the server was away, slow, or asked us to come later.
    #[error("the mail was not sent: {0}")]
    Failed(String),
    /// No attempt will: the server refused the message, or it cannot be written.
    #[error("the mail was refused: {0}")]
    Refused(String),
}

impl From<MailError> for JobError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Failed(_) => Self::Failed(error.into()),
            MailError::Refused(_) => Self::Hopeless(error.into()),
        }
    }
}

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    site: String,
    timeout: Duration,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.to_string();
        f.debug_struct("Mailer").field("from", &from).finish()
    }
}

impl Mailer {
    /// The mailer of these settings; none where they name no mail server.
    ///
    /// # Errors
    /// When the settings cannot be worked with; `Config::check` finds most of it earlier.
    pub fn open(config: &MailConfig) -> anyhow::Result<Option<Self>> {
        let Some(host) = &config.host else {
            return Ok(None);
        };
        let from: Mailbox = config.from.as_deref().unwrap_or_default().parse()?;
        let tls = || TlsParameters::new_rustls(host.clone()).context("mail.host");
        let (tls, port) = match config.encryption {
            MailEncryption::Tls => (Tls::Wrapper(tls()?), 465),
            MailEncryption::Starttls => (Tls::Required(tls()?), 587),
            MailEncryption::None => (Tls::None, 25),
        };
        let timeout = Duration::from_millis(config.timeout_ms);
        let domain = from.email.domain().to_owned();
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(config.port.unwrap_or(port))
            .tls(tls)
            .hello_name(ClientId::Domain(domain))
            .timeout(Some(timeout));
        if let (Some(user), Some(password)) = (&config.user, &config.password) {
            let password = password.reveal().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        let site = config.site_url.as_deref().unwrap_or_default();
        Ok(Some(Self {
            transport: builder.build(),
            from,
            site: site.trim_end_matches('/').to_owned(),
            timeout,
        }))
    }

    /// The address of a path of this game, for links in mail.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.site)
    }

    /// Sends a message; when this answers, the mail server has accepted it.
    ///
    /// # Errors
    /// A [`MailError`].
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        // The transport's own limit covers the connection only.
        let sent = tokio::time::timeout(self.timeout, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(of_transport(&error)),
            Err(_) => {
                let ms = self.timeout.as_millis();
                Err(MailError::Failed(format!("no answer within {ms} ms")))
            }
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let wrong = |error: &dyn fmt::Display| MailError::Refused(error.to_string());
        let to = mail.to.parse().map_err(|error| wrong(&error))?;
        let domain = self.from.email.domain();
        let since_1970 = u64::try_from(mail.at.seconds()).unwrap_or(0);
        let letter = &mail.letter;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.replace(['\r', '\n'], " "))
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(since_1970))
            .raw_header(header("Auto-Submitted", "auto-generated"));
        if let Some(address) = &letter.one_click {
            builder = builder
                .raw_header(header("List-Unsubscribe", &format!("<{address}>")))
                .raw_header(header(
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click",
                ));
        }
        let parts = MultiPart::alternative_plain_html(letter.text(), letter.html());
        builder.multipart(parts).map_err(|error| wrong(&error))
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// A refusal of the server is final; whatever else happens on the way is not.
fn of_transport(error: &lettre::transport::smtp::Error) -> MailError {
    let said = error.to_string().chars().take(ANSWER_MAX).collect();
    if error.is_permanent() {
        MailError::Refused(said)
    } else {
        MailError::Failed(said)
    }
}
