//! Opens a game for a class on the local network, in one step: no account, no internet.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use anyhow::Context as _;
use clap::Args;
use domain::api::{CreateGameRequest, SessionKind};
use domain::{Currency, Money};
use web::language::Language;

use crate::api::nickname;
use crate::api::player::{self, Details};
use crate::api::recovery;
use crate::app::App;
use crate::client::Device;
use crate::config::{Config, Network};
use crate::hosting::{creation, qr};

/// Bits of the network around this machine whose addresses are a school's.
const SCHOOL_BITS: u8 = 16;
/// Not in use anywhere: asking for the way to it sends nothing.
const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);

/// What the class plays.
#[derive(Debug, Clone, Args)]
pub struct ClassArgs {
    /// The game's name for people.
    #[arg(long, default_value = "Our class")]
    pub name: String,
    /// What everyone starts with.
    #[arg(long, default_value = "10000")]
    pub cash: Money,
    /// What the class plays in: USD, EUR or GBP.
    #[arg(long, default_value = "USD")]
    pub currency: Currency,
    /// Market seconds that pass in one second: with 1440, a day lasts a minute.
    #[arg(long, default_value_t = 288, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub speed: u32,
    /// The port to listen on.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// This machine's address on the local network, where it is not found.
    #[arg(long)]
    pub address: Option<IpAddr>,
}

impl ClassArgs {
    /// The address that phones of the class open.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        let found = self.address.or_else(find_address);
        SocketAddr::new(found.unwrap_or(Ipv4Addr::LOCALHOST.into()), self.port)
    }

    /// Lets a whole class in from the network around this machine.
    pub fn set_up(&self, config: &mut Config) {
        config.listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, self.port));
        let around = Network::new(self.local_address().ip(), SCHOOL_BITS);
        config.limits.shared_addresses.push(around);
        // Phones open the page over plain http.
        config.session.secure_cookie = false;
    }
}

/// The address that this machine has towards others; none without a network.
fn find_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(ELSEWHERE).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified()).then_some(address)
}

/// Makes the host and the game, and says what a teacher needs to begin.
///
/// # Errors
/// When the game cannot be made.
pub async fn open(app: &App, args: &ClassArgs) -> anyhow::Result<String> {
    let device = Device {
        address: None,
        name: "tickerquest class".to_owned(),
        is_insecure: false,
        language: Language::English,
        marks: String::new(),
    };
    let failed = |error: crate::error::Error| anyhow::anyhow!("{}", error.answer());
    let host = player::create(
        app,
        Details::of_guest(nickname::random(), device.language),
        &device,
        SessionKind::Token,
    );
    let host = host.await.map_err(failed)?;
    let host = host.map_err(|_| anyhow::anyhow!("no name is free for the host"))?;
    let guest = player::find(app, host.player()).await.map_err(failed)?;
    let words = recovery::new_words(app, &guest).await.map_err(failed)?;
    let request = CreateGameRequest {
        name: args.name.clone(),
        starting_cash: Some(args.cash),
        currency: Some(args.currency),
        speed: Some(args.speed),
        fractional: true,
        late_entry: true,
        ..CreateGameRequest::default()
    };
    let made = creation::create(app, host.player(), &request).await;
    let (game, hosted) = made.map_err(failed)?;
    let code = hosted.join_code.context("a new game has a code")?;
    let at = args.local_address();
    let join = format!("http://{at}/join/{code}");
    let picture = qr::text(&join).unwrap_or_default();
    Ok(format!(
        "\n{picture}\nPupils open  http://{at}/join  and type  {code}\nor scan the code above.\n\n\
         You host it:  http://{at}/login  with the handle  {}  and the recovery words  {}\n\
         and then      http://{at}/games/{}/host\n",
        words.handle, words.words, game.slug
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_let_in_from_its_own_network() {
        let args = ClassArgs {
            name: "9b".into(),
            cash: Money::from_whole(5_000),
            currency: Currency::DOLLAR,
            speed: 1,
            port: 9_000,
            address: "203.0.113.20".parse().ok(),
        };
        let mut config = Config::default();
        args.set_up(&mut config);
        assert_eq!(config.listen, "0.0.0.0:9000".parse().unwrap());
        let shares = |address: &str| {
            let address = address.parse().unwrap();
            let mut networks = config.limits.shared_addresses.iter();
            networks.any(|network| network.contains(address))
        };
        assert!(shares("203.0.99.7") && shares("192.168.3.4") && !shares("198.51.100.1"));
    }
}
