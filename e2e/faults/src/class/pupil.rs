//! One pupil: comes in with code and nickname, buys by the form, and goes on trading.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use domain::Symbol;
use e2e::api::Player;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::insist::{Insisted, insist, kept};
use super::live::{Heard, Line};
use super::phone::{Phone, companies, hidden};
use super::wifi::{Cut, Wifi};
use super::{Lesson, Seat};
use crate::figures::Latencies;
use crate::proxy::End;
use crate::trades::plan::{Answer, Plan};

/// Where orders of the page are sent to.
const ORDER_FORM: &str = "/forms/order";
/// Dollars of the first order.
const FIRST_AMOUNT: &str = "100";
/// Orders within which one must be filled: a price may move away, or a company may be paused.
const FIRST_TRIES: usize = 8;
/// Milliseconds after an order was sent at which its connection is cut: before it arrives, while it is
/// answered, or after that.
const CUT_AFTER_MS: Range<u64> = 0..200;
/// Milliseconds until a new connection can be made.
const DOWN_MS: Range<u64> = 300..2_500;

/// What one pupil has done and was told.
#[derive(Debug)]
pub struct Attended {
    /// Whether there was a phone, with Wi-Fi.
    pub by_phone: bool,
    /// From the start of the program until the pupil was in.
    pub joined_after: Duration,
    /// The same until the pupil saw the first fill.
    pub traded_after: Duration,
    /// Every order that was answered.
    pub answers: Vec<Answer>,
    /// How long answers took that came at once.
    pub latencies: Latencies,
    /// How long answers took that came only after a repeat.
    pub repaired: Latencies,
    /// Of these, orders that had been carried out already when they were repeated.
    pub decided: usize,
    /// How often the connection was cut.
    pub cuts: usize,
    /// Pieces of data that were lost in the air at first.
    pub late: usize,
    /// How often the live connection was opened, and its messages.
    pub live: (usize, usize),
    /// The pupil, without Wi-Fi in between.
    pub player: Player,
}

struct Pupil {
    lesson: Arc<Lesson>,
    seat: Seat,
    random: StdRng,
    wifi: Option<Wifi>,
    phone: Phone,
    session: String,
    player: Player,
    direct: Player,
}

/// Attends the whole lesson.
///
/// # Errors
/// When a page is not shown, an order is not answered, or the live connection says nothing.
pub async fn attend(lesson: Arc<Lesson>, seat: Seat) -> anyhow::Result<Attended> {
    let mut pupil = Pupil::join(lesson.clone(), seat).await?;
    let joined_after = lesson.began.elapsed();
    let mut answers = Vec::new();
    let companies = pupil.first_trade(&mut answers).await?;
    let traded_after = lesson.began.elapsed();
    let mut attended = Attended {
        by_phone: seat.by_phone,
        joined_after,
        traded_after,
        answers,
        latencies: Latencies::default(),
        repaired: Latencies::default(),
        decided: 0,
        cuts: 0,
        late: 0,
        live: (0, 0),
        player: pupil.direct.clone(),
    };
    let heard = Arc::new(Heard::default());
    // Dropped at the end, it ends the connection.
    let mut live = JoinSet::new();
    live.spawn(pupil.line().keep(heard.clone()));
    heard.wait_for(1).await?;
    pupil.trade(companies, &mut attended).await?;
    heard.wait_for(1 + attended.cuts).await?;
    attended.live = (heard.connections(), heard.messages());
    attended.late = pupil.wifi.as_ref().map_or(0, Wifi::late);
    Ok(attended)
}

impl Pupil {
    async fn join(lesson: Arc<Lesson>, seat: Seat) -> anyhow::Result<Self> {
        let seed = lesson.seed_of(seat);
        let wifi = if seat.by_phone {
            Some(Wifi::start(seat.number, lesson.laptop, seed).await?)
        } else {
            None
        };
        let server = wifi.as_ref().map_or(lesson.laptop, Wifi::address);
        let phone = Phone::new(server)?;
        let page = format!("/join/{}", lesson.shown.code);
        let form = phone.open(&page).await?;
        ensure!(
            form.contains("name=\"nickname\""),
            "{page} asks for no nickname: {form}"
        );
        let nickname = format!("Fox-{}", seat.number);
        let fields = [
            ("code", lesson.shown.code.as_str()),
            ("nickname", nickname.as_str()),
        ];
        let led = phone.submit("/forms/join-code", &fields).await?;
        let slip = phone.open(&led.to).await?;
        ensure!(
            slip.contains("data-testid=\"recovery-words\""),
            "{} shows no words: {slip}",
            led.to
        );
        let session = led.session.context("whoever joins has a session")?;
        let known =
            |address: &str| Player::known(phone.client(), address, &lesson.shown.game, &session);
        let player = known(&format!("http://{server}"));
        let direct = known(&format!("http://{}", lesson.laptop));
        Ok(Self {
            random: StdRng::seed_from_u64(seed),
            lesson,
            seat,
            wifi,
            phone,
            session,
            player,
            direct,
        })
    }

    fn line(&self) -> Line {
        let server = self.wifi.as_ref().map_or(self.lesson.laptop, Wifi::address);
        Line::new(server, &self.lesson.shown.game, &self.session)
    }

    /// Buys by the form of a company's page and looks at the receipt; the companies of the market.
    async fn first_trade(&mut self, answers: &mut Vec<Answer>) -> anyhow::Result<Vec<Symbol>> {
        let game = self.lesson.shown.game.clone();
        let market = self.phone.open(&format!("/games/{game}/market")).await?;
        let companies = companies(&market, &game);
        ensure!(
            !companies.is_empty(),
            "the market has no companies: {market}"
        );
        for _ in 0..FIRST_TRIES {
            let place = self.random.random_range(0..companies.len());
            let company = companies.get(place).context("one of them")?.to_string();
            let address = format!("/games/{game}/instruments/{company}");
            let page = self.phone.open(&address).await?;
            let key = hidden(&page, ORDER_FORM, "idempotency_key");
            let key = key.with_context(|| format!("{address} has no ticket: {page}"))?;
            let expected = hidden(&page, ORDER_FORM, "expected").unwrap_or_default();
            let fields = [
                ("game", game.as_str()),
                ("symbol", company.as_str()),
                ("idempotency_key", key),
                ("expected", expected),
                ("side", "buy"),
                ("unit", "amount"),
                ("size", FIRST_AMOUNT),
                ("reason", ""),
            ];
            let led = self.phone.submit(ORDER_FORM, &fields).await?;
            self.phone.open(&led.to).await?;
            if let Some(answer) = kept(&self.direct, key).await? {
                let is_filled = matches!(answer, Answer::Filled(_));
                answers.push(answer);
                if is_filled {
                    return Ok(companies);
                }
            }
        }
        bail!("no order of {FIRST_TRIES} was filled")
    }

    /// Trades as long as the lesson lasts. A phone's connection is cut once, around an order.
    async fn trade(
        &mut self,
        companies: Vec<Symbol>,
        attended: &mut Attended,
    ) -> anyhow::Result<()> {
        let plan = self.plan(companies);
        let begin = Instant::now();
        let length = self.lesson.length;
        let mut cut_at = self
            .wifi
            .is_some()
            .then(|| length.mul_f64(self.random.random_range(0.1..0.8)));
        let mut number = 0;
        while begin.elapsed() < length || cut_at.is_some() {
            sleep(ms(&mut self.random, self.seat.pause_ms())).await;
            let (_, order) = plan.order(number)?;
            number += 1;
            let cut = cut_at.take_if(|at| begin.elapsed() >= *at);
            let cut = cut.map(|_| draw_cut(&mut self.random));
            let insisted = match (&self.wifi, cut) {
                (Some(wifi), Some(cut)) => {
                    attended.cuts += 1;
                    let insisting = insist(&self.player, &self.direct, &order);
                    let (insisted, ()) = tokio::join!(insisting, wifi.cut(cut));
                    insisted?
                }
                _ => insist(&self.player, &self.direct, &order).await?,
            };
            attended.note(insisted);
        }
        Ok(())
    }

    /// Four companies, so that there is something to sell.
    fn plan(&self, mut companies: Vec<Symbol>) -> Plan {
        let few = self.seat.number % companies.len().max(1);
        companies.rotate_left(few);
        Plan {
            seed: self.lesson.seed_of(self.seat),
            players: 1,
            symbols: companies,
        }
    }
}

impl Attended {
    fn note(&mut self, insisted: Insisted) {
        self.answers.push(insisted.answer);
        if insisted.repeats == 0 {
            self.latencies.add(insisted.took);
        } else {
            self.repaired.add(insisted.took);
            self.decided += usize::from(insisted.was_decided);
        }
    }
}

fn draw_cut(random: &mut StdRng) -> Cut {
    Cut {
        after: ms(random, CUT_AFTER_MS),
        down: ms(random, DOWN_MS),
        end: if random.random_bool(0.5) {
            End::Closed
        } else {
            End::Reset
        },
    }
}

fn ms(random: &mut StdRng, range: Range<u64>) -> Duration {
    Duration::from_millis(random.random_range(range))
}
