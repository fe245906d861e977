//! The text of a notification: one sentence, and the page to go to.

use domain::api::AlertSide;
use domain::offering::whole_shares;
use domain::progress::Achievements;
use domain::{GameId, Side};
use web::format;

use super::{DuelNews, EndedBy, HostingNews, InvestmentEnding, Subject};
use crate::app::{AppState, OPEN_LEAGUE};

/// A notification in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What happened.
    pub text: String,
    /// The path of the page that shows more.
    pub link: String,
}

/// The words of a notification.
#[must_use]
pub fn words(app: &AppState, subject: &Subject) -> Words {
    let (text, link) = match subject {
        Subject::OrderFilled { game, symbol, fill } => {
            let text = match fill {
                Some((side, quantity, price)) => {
                    let did = match side {
                        Side::Buy => "bought",
                        Side::Sell => "sold",
                    };
                    let (quantity, price) = (format::quantity(*quantity), format::price(*price));
                    format!("Your waiting order {did} {quantity} {symbol} at {price}.")
                }
                None => format!("Your waiting order for {symbol} was filled."),
            };
            let text = in_currency(app, *game, text);
            (text, page(app, *game, "/activity"))
        }
        Subject::OrderEnded { game, symbol, why } => {
            let why = match why {
                EndedBy::Time => "its time ran out before its price came",
                EndedBy::Rejection => "it could not be filled when its price came",
                EndedBy::Action => "the company was split or left the market",
            };
            let text = format!("Your waiting order for {symbol} ended without a fill: {why}.");
            (text, page(app, *game, "/orders"))
        }
        Subject::Unlocked { achievement, xp } => {
            let definition = Achievements::standard().find(achievement);
            let name = definition.map_or(achievement.as_str(), |one| one.name.as_str());
            let text = format!("You unlocked “{name}”: {xp} XP.");
            (text, "/achievements".to_owned())
        }
        Subject::Level { level } => (
            format!("You reached level {level}."),
            "/progress".to_owned(),
        ),
        Subject::Announcement { game, text } => {
            let name = name_of(app, *game);
            (format!("{name}: {text}"), page(app, *game, "/dashboard"))
        }
        Subject::Hosting { game, news } => hosting(app, *game, *news),
        Subject::CorporateAction {
            game,
            kind,
            symbol,
            cash,
        } => {
            let of = symbol.map_or_else(|| "a company".to_owned(), |symbol| symbol.to_string());
            let paid = cash.filter(|cash| cash.units() > 0).map(format::money);
            let text = match (kind.as_str(), paid) {
                ("dividend", Some(paid)) => format!("{of} paid you a dividend of {paid}."),
                ("dividend", None) => format!("{of} paid a dividend."),
                ("split", _) => format!(
                    "{of} split its shares. Your number of shares has changed, but not what they are worth."
                ),
                (_, Some(paid)) => format!("{of} left the market. Your shares became {paid}."),
                (_, None) => format!("{of} left the market."),
            };
            let text = in_currency(app, *game, text);
            (text, page(app, *game, "/activity"))
        }
        Subject::Follower { handle } => {
            (format!("{handle} follows you."), web::paths::player(handle))
        }
        Subject::PriceAlert {
            game,
            symbol,
            side,
            line,
            price,
        } => {
            let (line, price) = (format::price(*line), format::price(*price));
            let side = match side {
                AlertSide::Above => "rose to your line of",
                AlertSide::Below => "fell to your line of",
            };
            let text = format!("{symbol} {side} {line}: it is at {price}.");
            let text = in_currency(app, *game, text);
            (text, page(app, *game, &format!("/instruments/{symbol}")))
        }
        Subject::OldReason { game, symbol, days } => (
            format!("You wrote a reason for {symbol} {days} market days ago. Was it a good one?"),
            page(app, *game, "/journal"),
        ),
        Subject::Drifted { game } => {
            let name = name_of(app, *game);
            let text = format!(
                "{name}: your portfolio has drifted from your targets. See which orders would bring it back."
            );
            (text, page(app, *game, "/targets"))
        }
        Subject::StrategyChanged {
            game,
            strategy,
            name,
            version,
        } => (
            format!("“{name}”, a strategy that you follow, has a new version: number {version}."),
            page(app, *game, &format!("/strategies/{strategy}")),
        ),
        Subject::Duel { duel, handle, news } => {
            let who = if handle.is_empty() {
                "Somebody"
            } else {
                handle.as_str()
            };
            let text = match news {
                DuelNews::Challenged => format!("{who} challenges you to a duel."),
                DuelNews::Accepted => format!("{who} accepted your duel. You can both play now."),
                DuelNews::Declined => format!("{who} declined your duel."),
                DuelNews::Over => format!("Your duel with {who} is over: see both results."),
            };
            (text, web::paths::duel(duel))
        }
        Subject::Investment {
            game,
            offering,
            symbol,
            asked,
            end,
        } => {
            let of = symbol.map_or_else(|| "a company".to_owned(), |symbol| symbol.to_string());
            let path = match offering {
                Some(id) => format!("/offerings/{id}"),
                None => "/offerings".to_owned(),
            };
            let text = in_currency(app, *game, investment(&of, *asked, *end));
            (text, page(app, *game, &path))
        }
        Subject::Week { game, sentences } => {
            let text = in_currency(app, *game, sentences.join(" "));
            (text, page(app, *game, "/week"))
        }
    };
    Words { text, link }
}

fn hosting(app: &AppState, game: GameId, news: HostingNews) -> (String, String) {
    let name = name_of(app, game);
    let (text, path) = match news {
        HostingNews::Admitted => (format!("{name}: you are in, and can trade."), "/market"),
        HostingNews::Host => (format!("{name}: you are now one of its hosts."), "/host"),
        HostingNews::Over(rank, of) => {
            let text = format!("{name} is over. You came in at number {rank} of {of}.");
            (text, "/finals")
        }
    };
    (text, page(app, game, path))
}

fn investment(of: &str, asked: Option<u32>, end: InvestmentEnding) -> String {
    match end {
        InvestmentEnding::Got(shares, cost) => {
            let cost = format::money(cost);
            let partly = asked.filter(|asked| whole_shares(*asked) != Some(shares));
            let shares = format::quantity(shares);
            match partly {
                Some(asked) => format!(
                    "You got {shares} of the {asked} shares of {of} that you asked for. They cost {cost}, and the rest of your money is free again."
                ),
                None => format!(
                    "You got all {shares} shares of {of} that you asked for. They cost {cost}."
                ),
            }
        }
        InvestmentEnding::Nothing(why) => format!(
            "You got no shares of {of}: {}. Your money is free again.",
            why.words()
        ),
        InvestmentEnding::TakenBack(shares, refund) => {
            let (shares, refund) = (format::quantity(shares), format::money(refund));
            format!(
                "The host took back {shares} shares of {of}. Your {refund} is back in your cash."
            )
        }
    }
}

fn find(app: &AppState, game: GameId) -> Option<crate::app::Game> {
    let games = app.games.all();
    games.into_iter().find(|one| one.record.id == game)
}

/// A sentence with amounts of a game in its currency.
fn in_currency(app: &AppState, game: GameId, text: String) -> String {
    match find(app, game) {
        Some(game) => game.rules.currency.in_words(text),
        None => text,
    }
}

fn name_of(app: &AppState, game: GameId) -> String {
    let found = find(app, game).map(|game| game.record.name.clone());
    found.unwrap_or_else(|| "Your game".to_owned())
}

/// A page in a game.
fn page(app: &AppState, game: GameId, path: &str) -> String {
    match find(app, game) {
        Some(game) if game.record.slug != OPEN_LEAGUE => {
            format!("/games/{}{path}", game.record.slug)
        }
        _ => path.to_owned(),
    }
}
