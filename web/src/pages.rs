//! The pages, one per file.

#[cfg(feature = "ssr")]
mod account;
#[cfg(feature = "ssr")]
mod achievements;
mod activity;
#[cfg(feature = "ssr")]
mod alerts;
mod board;
mod dashboard;
#[cfg(feature = "ssr")]
mod duels;
#[cfg(feature = "ssr")]
mod friends;
#[cfg(feature = "ssr")]
mod games;
#[cfg(feature = "ssr")]
mod glossary;
#[cfg(feature = "ssr")]
mod hosting;
mod instrument;
#[cfg(feature = "ssr")]
mod journal;
#[cfg(feature = "ssr")]
mod landing;
mod lazy;
mod leaderboard;
#[cfg(feature = "ssr")]
mod login;
#[cfg(feature = "ssr")]
mod look;
#[cfg(feature = "ssr")]
mod losses;
#[cfg(feature = "ssr")]
mod lots;
#[cfg(feature = "ssr")]
mod luck;
mod market;
#[cfg(feature = "ssr")]
mod more;
mod not_found;
#[cfg(feature = "ssr")]
mod notes;
#[cfg(feature = "ssr")]
mod notifications;
#[cfg(feature = "ssr")]
mod offerings;
#[cfg(feature = "ssr")]
mod operator;
mod orders;
#[cfg(feature = "ssr")]
mod player;
mod portfolio;
#[cfg(feature = "ssr")]
mod practice;
mod profile;
#[cfg(feature = "ssr")]
mod progress;
#[cfg(feature = "ssr")]
mod proof;
#[cfg(feature = "ssr")]
mod puzzles;
#[cfg(feature = "ssr")]
mod race;
#[cfg(feature = "ssr")]
mod register;
#[cfg(feature = "ssr")]
mod savings;
#[cfg(feature = "ssr")]
mod scenarios;
#[cfg(feature = "ssr")]
mod start;
#[cfg(feature = "ssr")]
mod strategies;
#[cfg(feature = "ssr")]
mod targets;
#[cfg(feature = "ssr")]
mod taxes;
#[cfg(feature = "ssr")]
mod title;
#[cfg(feature = "ssr")]
mod watch_lists;
#[cfg(feature = "ssr")]
mod week;
#[cfg(feature = "ssr")]
mod what_if;
#[cfg(feature = "ssr")]
mod x_ray;

#[cfg(feature = "ssr")]
pub use account::{AccountPage, ConfirmPage, ForgottenPage, ResetPage};
#[cfg(feature = "ssr")]
pub use achievements::AchievementsPage;
pub use activity::ActivityPage;
#[cfg(feature = "ssr")]
pub use alerts::AlertsPage;
pub use board::BoardPage;
pub use dashboard::DashboardPage;
#[cfg(feature = "ssr")]
pub use duels::{DuelPage, DuelsPage};
#[cfg(feature = "ssr")]
pub use friends::FriendsPage;
#[cfg(feature = "ssr")]
pub use games::GamesPage;
#[cfg(feature = "ssr")]
pub use glossary::GlossaryPage;
#[cfg(feature = "ssr")]
pub use hosting::{FinalsPage, HostPage, JoinPage, NewGamePage, RulesPage};
pub use instrument::InstrumentPage;
#[cfg(feature = "ssr")]
pub use journal::JournalPage;
#[cfg(feature = "ssr")]
pub use landing::LandingPage;
#[cfg(feature = "ssr")]
pub use leaderboard::EndedPage;
pub use leaderboard::LeaderboardPage;
#[cfg(feature = "ssr")]
pub use login::LoginPage;
#[cfg(feature = "ssr")]
pub use look::LookPage;
#[cfg(feature = "ssr")]
pub use losses::LossesPage;
#[cfg(feature = "ssr")]
pub use lots::LotsPage;
#[cfg(feature = "ssr")]
pub use luck::LuckPage;
pub use market::MarketPage;
#[cfg(feature = "ssr")]
pub use more::MorePage;
pub use not_found::NotFoundPage;
#[cfg(feature = "ssr")]
pub use notes::NotesPage;
#[cfg(feature = "ssr")]
pub use notifications::{NotificationSettingsPage, NotificationsPage, StopMailPage};
#[cfg(feature = "ssr")]
pub use offerings::{NewOfferingPage, OfferingPage, OfferingsPage};
#[cfg(feature = "ssr")]
pub use operator::OperatorPage;
pub use orders::OrdersPage;
#[cfg(feature = "ssr")]
pub use player::PlayerPage;
pub use portfolio::PortfolioPage;
#[cfg(feature = "ssr")]
pub use practice::{PracticePage, PracticePosted};
pub use profile::ProfilePage;
#[cfg(feature = "ssr")]
pub use progress::ProgressPage;
#[cfg(feature = "ssr")]
pub use proof::{ProofPage, ReceiptPage};
#[cfg(feature = "ssr")]
pub use puzzles::{PastPuzzlePage, PuzzlePage};
#[cfg(feature = "ssr")]
pub use register::RegisterPage;
#[cfg(feature = "ssr")]
pub use savings::{ComparisonPage, SavingsPage};
#[cfg(feature = "ssr")]
pub use scenarios::{OfflinePage, RunPage, ScenarioPage, ScenariosPage};
#[cfg(feature = "ssr")]
pub use start::StartPage;
#[cfg(feature = "ssr")]
pub use strategies::{CopyPage, EditPage, PublishPage, StrategiesPage, StrategyPage};
#[cfg(feature = "ssr")]
pub use targets::TargetsPage;
#[cfg(feature = "ssr")]
pub use taxes::TaxesPage;
#[cfg(feature = "ssr")]
pub use title::TitlePage;
#[cfg(feature = "ssr")]
pub use watch_lists::{SharedListPage, WatchListsPage};
#[cfg(feature = "ssr")]
pub use week::{WeekPage, week_in_words};
#[cfg(feature = "ssr")]
pub use what_if::WhatIfPage;
#[cfg(feature = "ssr")]
pub use x_ray::XRayPage;

pub use lazy::{
    Activity, Dashboard, Instrument, Leaderboard, Market, Orders, Portfolio, Profile, Projector,
};
#[cfg(feature = "hydrate")]
pub use lazy::{load_all, load_at};
