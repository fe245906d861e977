//! Puts a whole class on the roster: guests with recovery words that the host prints.

use domain::api::{ApiError, MemberStatus, SessionKind};
use web::language::Language;

use super::actions::Asked;
use crate::api::auth::recovery;
use crate::api::codes::{create_guest, nickname};
use crate::client::Device;
use crate::error::Result;
use crate::session;
use crate::store::Member;

/// Pupils of one import: each takes a moment of hashing.
const PUPILS_MAX: usize = 40;
const TEAM_MAX: usize = 40;

/// A line of the roster.
#[derive(Debug, PartialEq, Eq)]
struct Pupil {
    nickname: String,
    team: Option<String>,
}

/// Makes everybody on the roster, or nobody when a line is wrong. The words, a line each.
pub(super) async fn run(asked: &Asked<'_>) -> Result<String> {
    let pupils = read(asked.request.roster.as_deref().unwrap_or_default())?;
    let device = Device {
        address: None,
        name: "put on the roster".to_owned(),
        is_insecure: false,
        language: Language::English,
        marks: String::new(),
    };
    let (app, now) = (asked.app, asked.app.clock.now());
    let mut slips = Vec::new();
    for pupil in pupils {
        let made = create_guest(app, &pupil.nickname, &device, SessionKind::Token).await?;
        let guest = crate::api::player::find(app, made.player()).await?;
        // Nobody has its token.
        session::end_others(app, guest.id, None).await?;
        let account = domain::AccountId {
            player: guest.id,
            game: asked.hosted.game,
        };
        let cash = asked.game.rules.starting_cash;
        app.store.open_account(account, cash, now).await?;
        let member = Member {
            account,
            status: MemberStatus::Playing,
            joined_at: now,
            made_here: true,
            team: pupil.team,
        };
        app.store.store_member(&member).await?;
        let words = recovery::new_words(app, &guest).await?;
        slips.push(format!("{}: {}", words.handle, words.words));
    }
    Ok(slips.join("\n"))
}

fn read(roster: &str) -> Result<Vec<Pupil>> {
    let wrong = |message: String| Err(ApiError::field("roster", message).into());
    let mut pupils = Vec::new();
    for (number, line) in (1..).zip(roster.lines()) {
        let line = line.trim().trim_start_matches('\u{feff}');
        let (name, team) = line.split_once([',', ';', '\t']).unwrap_or((line, ""));
        let [name, team] = [name, team].map(|cell| cell.trim().trim_matches('"').trim());
        if name.is_empty() {
            continue;
        }
        let nickname = match nickname(Some(name)) {
            Ok(nickname) => nickname,
            Err(error) => {
                let said = error.answer().message.clone();
                return wrong(format!("\"{name:.40}\" in line {number}: {said}"));
            }
        };
        if team.chars().count() > TEAM_MAX {
            return wrong(format!(
                "\"{team:.40}\" in line {number} is too long for a team."
            ));
        }
        let team = Some(team.to_owned()).filter(|team| !team.is_empty());
        pupils.push(Pupil { nickname, team });
    }
    match pupils.len() {
        0 => wrong("is missing".to_owned()),
        1..=PUPILS_MAX => Ok(pupils),
        _ => wrong(format!("must have at most {PUPILS_MAX} lines")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roster_is_read_with_teams_or_without() {
        let pupils = read("mia, Bulls\n\n\"ben\";Bears\r\nzoe").unwrap();
        let pupil = |nickname: &str, team: Option<&str>| Pupil {
            nickname: nickname.into(),
            team: team.map(str::to_owned),
        };
        let all = [
            pupil("mia", Some("Bulls")),
            pupil("ben", Some("Bears")),
            pupil("zoe", None),
        ];
        assert_eq!(pupils, all);
        for bad in ["", "\n\n", "mia\nadmin", &"mia\n".repeat(41)] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let error = read("mia\nadmin").unwrap_err();
        assert!(
            error.answer().message.contains("line 2"),
            "{}",
            error.answer()
        );
    }
}
