//! Operators and their log, second factors, links, histories and erased players, as stored.

use domain::PlayerId;
use server::store::Credentials;
use server::store::operation::ActionRecord;
use server::store::protection::{LOGINS_KEPT, LinkPurpose, LoginRecord, MailLink};

use super::Database;
use super::duels::duel;
use super::trading::{Ask, at, open_game, trade};

const ADA: PlayerId = PlayerId(1);

/// A game in which the first player is registered.
async fn open(database: &dyn Database) -> anyhow::Result<std::sync::Arc<dyn server::store::Store>> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let credentials = Credentials {
        email: "ada@example.org".into(),
        handle: "ada".into(),
        password_hash: "a hash".into(),
    };
    let made = store.register_guest(ADA, &credentials).await?;
    anyhow::ensure!(made.is_ok(), "{made:?}");
    Ok(store)
}

pub async fn an_operator_is_one_until_revoked(database: &dyn Database) -> anyhow::Result<()> {
    let store = open(database).await?;
    assert!(!store.is_operator(ADA).await?);
    assert!(store.grant_operator(ADA, at(1)).await?);
    assert!(!store.grant_operator(ADA, at(2)).await?, "once is enough");
    assert!(store.is_operator(ADA).await?);
    assert_eq!(store.list_operators(9).await?, [(ADA, at(1))]);
    assert!(store.revoke_operator(ADA).await?);
    assert!(!store.revoke_operator(ADA).await?);
    assert!(!store.is_operator(ADA).await?);
    assert!(store.database_size().await? > 0);
    assert!(store.pools().iter().all(|pool| pool.max > 0));
    Ok(())
}

pub async fn what_operators_did_is_listed_and_never_changed(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let action = |id: i64| ActionRecord {
        id,
        at: at(id),
        player: (id == 2).then_some(ADA),
        actor: "command".into(),
        action: "jobs retry".into(),
        subject: "7".into(),
    };
    for id in 1..=3 {
        store.log_action(&action(id)).await?;
    }
    assert_eq!(store.list_actions(None, 2).await?, [action(3), action(2)]);
    assert_eq!(store.list_actions(Some((at(2), 2)), 9).await?, [action(1)]);
    for change in [
        "update operator_actions set subject = '8'",
        "delete from operator_actions",
    ] {
        assert!(database.run(change).await.is_err(), "{change}");
    }
    Ok(())
}

pub async fn a_second_factor_counts_from_its_first_code_on(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = open(database).await?;
    assert_eq!(store.find_second_factor(ADA).await?, None);
    assert!(store.begin_second_factor(ADA, &[1; 48]).await?);
    assert!(store.begin_second_factor(ADA, &[2; 48]).await?, "anew");
    assert!(!store.use_step(ADA, 5).await?, "it does not count yet");
    let codes = [[7; 32], [8; 32]];
    assert!(store.confirm_second_factor(ADA, 5, &codes, at(1)).await?);
    assert!(!store.confirm_second_factor(ADA, 6, &codes, at(1)).await?);
    assert!(!store.begin_second_factor(ADA, &[3; 48]).await?);
    let stored = store.find_second_factor(ADA).await?.expect("it is there");
    assert_eq!(
        (stored.secret, stored.confirmed_at),
        (vec![2; 48], Some(at(1)))
    );
    assert_eq!((stored.last_step, stored.recovery_codes), (5, 2));
    for (step, good) in [(5, false), (7, true), (7, false), (6, false), (8, true)] {
        assert_eq!(store.use_step(ADA, step).await?, good, "{step}");
    }
    assert!(store.use_recovery_code(ADA, [7; 32]).await?);
    assert!(!store.use_recovery_code(ADA, [7; 32]).await?);
    assert!(!store.use_recovery_code(PlayerId(2), [8; 32]).await?);
    store.remove_second_factor(ADA).await?;
    assert_eq!(store.find_second_factor(ADA).await?, None);
    assert!(!store.use_recovery_code(ADA, [8; 32]).await?);
    Ok(())
}

pub async fn a_link_is_good_once_while_it_is_the_newest(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = open(database).await?;
    let link = |byte: u8| MailLink {
        player: ADA,
        purpose: LinkPurpose::Reset,
        token_hash: [byte; 32],
        email: "ada@example.org".into(),
        expires_at: at(10),
    };
    store.store_mail_link(&link(1)).await?;
    store.store_mail_link(&link(2)).await?;
    let take =
        |purpose, byte: u8, seconds| store.take_mail_link(ADA, purpose, [byte; 32], at(seconds));
    assert_eq!(take(LinkPurpose::Reset, 1, 0).await?, None, "an older one");
    assert_eq!(
        take(LinkPurpose::Verify, 2, 0).await?,
        None,
        "another purpose"
    );
    assert_eq!(take(LinkPurpose::Reset, 2, 10).await?, None, "too late");
    let taken = take(LinkPurpose::Reset, 2, 9).await?;
    assert_eq!(taken.as_deref(), Some("ada@example.org"));
    assert_eq!(take(LinkPurpose::Reset, 2, 9).await?, None, "once");
    Ok(())
}

pub async fn a_changed_address_logs_in_and_frees_the_earlier_one(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = open(database).await?;
    assert!(store.change_email(ADA, "ada@example.net").await?.is_ok());
    let found = store.find_player_by_login("ADA@example.net").await?;
    assert_eq!(found.expect("she is found").id, ADA);
    assert!(
        store
            .find_player_by_login("ada@example.org")
            .await?
            .is_none()
    );
    let bob = Credentials {
        email: "ada@example.org".into(),
        handle: "bob".into(),
        password_hash: "a hash".into(),
    };
    assert!(store.register_guest(PlayerId(2), &bob).await?.is_ok());
    assert!(store.change_email(ADA, "ada@example.org").await?.is_err());
    let kept = store.find_player(ADA).await?.expect("she is there");
    assert_eq!(kept.email.as_deref(), Some("ada@example.net"));
    store.verify_email(ADA, "ada@example.net", at(1)).await?;
    assert_eq!(
        store.verified_email(ADA).await?.as_deref(),
        Some("ada@example.net")
    );
    assert!(store.change_password(ADA, "another hash").await?);
    Ok(())
}

pub async fn a_history_keeps_the_latest_entries(database: &dyn Database) -> anyhow::Result<()> {
    let store = open(database).await?;
    let login = |number: i64| LoginRecord {
        player: ADA,
        at: at(number),
        id: number,
        event: "logged_in".into(),
        device: "a browser".into(),
        network: Some("203.0.113.x".into()),
    };
    for number in 0..LOGINS_KEPT + 5 {
        store.record_login(&login(number)).await?;
    }
    let kept = store.list_logins(ADA, 1_000).await?;
    assert_eq!(kept.first(), Some(&login(LOGINS_KEPT + 4)));
    assert!(
        i64::try_from(kept.len())? <= LOGINS_KEPT + 1,
        "{}",
        kept.len()
    );
    assert!(store.list_logins(PlayerId(2), 9).await?.is_empty());
    Ok(())
}

pub async fn an_erased_player_has_no_name_and_no_words_left(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = open(database).await?;
    trade(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    store.grant_operator(ADA, at(1)).await?;
    store.begin_second_factor(ADA, &[1; 48]).await?;
    let challenge = duel("nobody-accepts", ADA.0, None, 2);
    store.create_duel(&challenge).await?;
    store.erase_player(ADA, "gone-00c0ffee", at(9)).await?;
    let left = store.find_player(ADA).await?.expect("the ledger has her");
    assert_eq!(
        (left.handle.as_str(), left.email, left.password_hash),
        ("gone-00c0ffee", None, None)
    );
    for name in ["ada", "ada@example.org"] {
        assert!(store.find_player_by_login(name).await?.is_none(), "{name}");
    }
    assert!(!store.is_operator(ADA).await?);
    assert_eq!(store.find_second_factor(ADA).await?, None);
    let accepted = store.accept_duel(&challenge.id, PlayerId(99), at(10));
    assert!(!accepted.await?, "nobody plays against her");
    assert!(!store.find_privacy(ADA).await?.on_leaderboards);
    let verified = server::verify::verify(&*store, |finding| panic!("{finding}")).await?;
    assert_eq!((verified.orders, verified.findings), (1, 0));
    Ok(())
}
