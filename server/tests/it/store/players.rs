//! Players, names and bonuses.

use domain::{AccountId, FactKind, LedgerHead, Money, PlayerId, SessionId};
use server::store::{Credentials, Taken, TakenOf};

use super::Database;
use super::trading::{
    LEAGUE, account, at, collect_bonus, find_session, guest, registered, unknown,
};

pub async fn a_player_comes_with_an_account_and_a_session(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let new = registered(1, "Ann@example.org", "Ann");
    assert_eq!(store.create_player(&new).await?, Ok(()));

    assert_eq!(
        store.find_player(PlayerId(1)).await?,
        Some(new.player.clone())
    );
    let found = find_session(&*store, PlayerId(1), SessionId(100)).await?;
    assert_eq!(found, Some(new.session));

    let entries = store.list_entries(account(1), 0, 10).await?;
    let opening = LedgerHead::before_first(account(1)).opened(Money::from_whole(10_000), at(0));
    let entries: Vec<_> = entries.into_iter().map(|row| row.entry).collect();
    assert_eq!(entries, std::slice::from_ref(&opening));
    assert_eq!(opening.kind(), FactKind::Opened);
    let found = store
        .find_account(account(1))
        .await?
        .expect("the account was made");
    assert_eq!(found.record.head, opening.head());
    assert_eq!(
        found.record.account,
        domain::Account::opened_with(Money::from_whole(10_000))
    );
    assert_eq!(found.xp, 0);
    store.ping().await?;
    Ok(())
}

pub async fn names_are_unique_without_case(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(
        store
            .create_player(&registered(1, "Ann@example.org", "Élodie"))
            .await?,
        Ok(())
    );
    assert_eq!(
        store
            .create_player(&registered(2, "bob@example.org", "ПЁТР"))
            .await?,
        Ok(())
    );

    let same = [
        ("ann@EXAMPLE.org", "new", Taken::Email),
        ("new@example.org", "éLODIE", Taken::Handle),
        ("new@example.org", "пётр", Taken::Handle),
        ("BOB@EXAMPLE.ORG", "ÉLODIE", Taken::Email),
    ];
    for (email, handle, taken) in same {
        assert_eq!(
            store.create_player(&registered(3, email, handle)).await?,
            Err(taken),
            "{email} {handle}"
        );
        // Nothing is left of it: no player, no account, no session, no name.
        assert_eq!(store.find_player(PlayerId(3)).await?, None);
        assert_eq!(store.find_account(account(3)).await?, None);
        assert_eq!(
            find_session(&*store, PlayerId(3), SessionId(300)).await?,
            None
        );
    }
    assert_eq!(
        store
            .create_player(&registered(3, "new@example.org", "new"))
            .await?,
        Ok(())
    );
    Ok(())
}

pub async fn a_player_is_found_by_either_name(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(
        store
            .create_player(&registered(1, "Ann@example.org", "Zoë"))
            .await?,
        Ok(())
    );
    for login in ["ann@example.org", "ANN@EXAMPLE.ORG", "zoë", "ZOË"] {
        let found = store.find_player_by_login(login).await?;
        assert_eq!(found.map(|player| player.id), Some(PlayerId(1)), "{login}");
    }
    for login in ["zoe", "ann", "", "%", "ann@example.org ", "ann\0", "\0"] {
        assert_eq!(store.find_player_by_login(login).await?, None, "{login}");
    }
    Ok(())
}

fn credentials(email: &str, handle: &str) -> Credentials {
    Credentials {
        email: email.into(),
        handle: handle.into(),
        password_hash: "$argon2id$new".into(),
    }
}

pub async fn a_registering_guest_keeps_everything_and_frees_the_handle(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let new = guest(1);
    assert_eq!(store.create_player(&new).await?, Ok(()));
    assert!(collect_bonus(&*store, 1, at(0).day()).await?);
    let before = store.find_account(account(1)).await?;

    assert_eq!(
        store
            .register_guest(PlayerId(1), &credentials("Ann@example.org", "Ann"))
            .await?,
        Ok(())
    );
    let player = store
        .find_player(PlayerId(1))
        .await?
        .expect("the guest was made");
    assert!(!player.is_guest());
    assert_eq!(
        (player.email.as_deref(), player.handle.as_str()),
        (Some("Ann@example.org"), "Ann")
    );
    assert_eq!(player.password_hash.as_deref(), Some("$argon2id$new"));
    assert_eq!((player.xp, player.bonus_day), (50, Some(at(0).day())));
    assert_eq!(store.find_account(account(1)).await?, before);
    assert!(
        find_session(&*store, PlayerId(1), SessionId(100))
            .await?
            .is_some()
    );

    assert_eq!(store.find_player_by_login("ann").await?, Some(player));
    store.store_locale(PlayerId(1), "pt").await?;
    let found = store.find_player(PlayerId(1)).await?;
    assert_eq!(found.map(|player| player.locale).as_deref(), Some("pt"));
    assert_eq!(store.find_player_by_login("guest-1").await?, None);
    let mut heir = guest(2);
    heir.player.handle = "GUEST-1".into();
    assert_eq!(store.create_player(&heir).await?, Ok(()));
    assert_eq!(
        store
            .create_player(&registered(3, "x@example.org", "ANN"))
            .await?,
        Err(Taken::Handle)
    );
    Ok(())
}

pub async fn a_guest_may_keep_the_handle(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    assert_eq!(
        store
            .register_guest(PlayerId(1), &credentials("ann@example.org", "guest-1"))
            .await?,
        Ok(())
    );
    let found = store.find_player_by_login("Guest-1").await?;
    assert_eq!(
        found.map(|player| (player.id, player.handle)),
        Some((PlayerId(1), "guest-1".into()))
    );
    Ok(())
}

pub async fn a_guest_whose_new_names_are_taken_stays_a_guest(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(
        store
            .create_player(&registered(1, "ann@example.org", "Ann"))
            .await?,
        Ok(())
    );
    let new = guest(2);
    assert_eq!(store.create_player(&new).await?, Ok(()));
    let check = async |email, handle, taken| -> anyhow::Result<()> {
        assert_eq!(
            store
                .register_guest(PlayerId(2), &credentials(email, handle))
                .await?,
            Err(taken)
        );
        assert_eq!(
            store.find_player(PlayerId(2)).await?,
            Some(new.player.clone())
        );
        let found = store.find_player_by_login("guest-2").await?;
        assert_eq!(
            found.map(|player| player.id),
            Some(PlayerId(2)),
            "the handle is still the guest's"
        );
        Ok(())
    };
    check("ANN@example.org", "Bob", Taken::Email).await?;
    check("bob@example.org", "ANN", Taken::Handle).await?;
    assert_eq!(
        store
            .create_player(&registered(3, "bob@example.org", "Bob"))
            .await?,
        Ok(()),
        "they stay free"
    );
    Ok(())
}

pub async fn a_registered_player_is_not_registered_again(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let new = registered(1, "ann@example.org", "Ann");
    assert_eq!(store.create_player(&new).await?, Ok(()));
    let again = store
        .register_guest(PlayerId(1), &credentials("other@example.org", "Other"))
        .await?;
    assert_eq!(again, Err(Taken::Email));
    assert_eq!(store.find_player(PlayerId(1)).await?, Some(new.player));
    assert!(
        store
            .register_guest(PlayerId(9), &credentials("x@example.org", "X"))
            .await
            .is_err()
    );
    Ok(())
}

pub async fn the_same_is_awarded_once(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    let today = at(0).day();
    let check = async |day, collected, xp, latest| -> anyhow::Result<()> {
        assert_eq!(collect_bonus(&*store, 1, day).await?, collected);
        let player = store
            .find_player(PlayerId(1))
            .await?
            .expect("the guest was made");
        assert_eq!((player.xp, player.bonus_day), (xp, Some(latest)));
        let awards = store.list_awards(PlayerId(1), None, 10).await?;
        assert_eq!(awards.iter().map(|award| award.xp).sum::<i64>(), xp);
        Ok(())
    };
    check(today, true, 50, today).await?;
    check(today, false, 50, today).await?;
    check(today.plus_days(1), true, 100, today.plus_days(1)).await?;
    // A day that comes late does not hide the latest one.
    check(today.plus_days(-1), true, 150, today.plus_days(1)).await?;
    Ok(())
}

pub async fn many_players_are_made_at_once(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let mut new: Vec<_> = (1..=500).map(guest).collect();
    new.push(registered(501, "Ann@example.org", "Ann"));
    assert_eq!(store.create_players(&[]).await?, Ok(()));
    assert_eq!(store.create_players(&new).await?, Ok(()));
    for new in &new {
        let (player, session) = (new.player.id, new.session.id);
        let found = find_session(&*store, player, session).await?;
        assert_eq!(found.as_ref(), Some(&new.session));
        assert_eq!(store.find_player(player).await?.as_ref(), Some(&new.player));
    }
    let found = store.find_player_by_login("ANN@example.org").await?;
    assert_eq!(found.map(|player| player.id), Some(PlayerId(501)));
    let verified = server::verify::verify(&*store, |finding| panic!("{finding}")).await?;
    assert_eq!((verified.players, verified.entries), (501, 501));
    Ok(())
}

pub async fn of_many_players_all_are_made_or_none(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let first = registered(1, "ann@example.org", "Ann");
    assert_eq!(store.create_player(&first).await?, Ok(()));
    let check = async |new: &[server::store::NewPlayer], player, taken| -> anyhow::Result<()> {
        let player = PlayerId(player);
        let refused = store.create_players(new).await?;
        assert_eq!(refused, Err(TakenOf { player, taken }));
        assert_eq!(store.list_accounts(None, 10).await?.len(), 1);
        assert_eq!(store.find_player_by_login("guest-2").await?, None);
        Ok(())
    };
    let by_email = registered(3, "ANN@example.org", "ANN");
    check(&[guest(2), by_email], 3, Taken::Email).await?;
    let by_handle = registered(3, "new@example.org", "aNN");
    check(&[guest(2), by_handle], 3, Taken::Handle).await?;
    let twin = registered(4, "new@example.org", "GUEST-2");
    check(&[guest(2), guest(3), twin], 4, Taken::Handle).await?;
    Ok(())
}

pub async fn handles_of_many_players_are_found_at_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let ann = registered(2, "ann@example.org", "Ann");
    assert_eq!(store.create_players(&[guest(1), ann]).await?, Ok(()));
    let found = store.find_handles(&[2, 9, 1].map(PlayerId)).await?;
    let expected = [(1, "Guest-1"), (2, "Ann")];
    assert_eq!(
        found,
        expected
            .map(|(player, handle)| (PlayerId(player), handle.to_owned()))
            .into()
    );
    assert!(store.find_handles(&[]).await?.is_empty());
    Ok(())
}

pub async fn who_is_not_there_is_not_found(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.find_player(PlayerId(1)).await?, None);
    assert_eq!(store.find_player_by_login("ann").await?, None);
    assert_eq!(store.find_account(account(1)).await?, None);
    assert_eq!(store.list_awards(PlayerId(1), None, 10).await?, []);
    assert!(store.find_portfolios(&[unknown(1)]).await?.is_empty());
    assert_eq!(
        account(1),
        AccountId {
            player: PlayerId(1),
            game: LEAGUE
        }
    );
    Ok(())
}
