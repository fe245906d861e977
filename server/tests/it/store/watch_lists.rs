//! Watch lists.

use domain::{PlayerId, Symbol};
use server::store::{WatchList, WatchListChange};

use super::Database;
use super::trading::{at, open_game};

pub async fn a_list_is_changed_and_deleted_by_its_own_player(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let (player, other) = (PlayerId(1), PlayerId(2));
    let list = |id, seconds| WatchList {
        player,
        id,
        name: format!("Número {id}"),
        shared: false,
        created_at: at(seconds),
        symbols: Vec::new(),
    };
    store.create_watch_list(&list(9, 0)).await?;
    store.create_watch_list(&list(3, 1)).await?;
    let [acme, bolt]: [Symbol; 2] = ["ACME".parse()?, "BOLT".parse()?];
    let add = |symbol| WatchListChange {
        add: Some(symbol),
        ..WatchListChange::default()
    };
    for (seconds, symbol) in [(2, bolt), (3, acme), (4, bolt)] {
        assert!(
            store
                .change_watch_list(player, 9, &add(symbol), at(seconds))
                .await?
        );
    }
    assert!(!store.change_watch_list(other, 9, &add(acme), at(5)).await?);
    let found = store
        .find_watch_list(player, 9)
        .await?
        .expect("it was made");
    assert_eq!(found.symbols, [bolt, acme]);
    let change = WatchListChange {
        name: Some("Wheels".into()),
        shared: Some(true),
        add: None,
        remove: Some(bolt),
    };
    assert!(store.change_watch_list(player, 9, &change, at(6)).await?);
    let changed = WatchList {
        name: "Wheels".into(),
        shared: true,
        symbols: vec![acme],
        ..list(9, 0)
    };
    assert_eq!(
        store.list_watch_lists(player, 10).await?,
        [changed, list(3, 1)]
    );
    assert!(!store.delete_watch_list(other, 9).await?);
    assert!(store.delete_watch_list(player, 9).await?);
    assert_eq!(store.find_watch_list(player, 9).await?, None);
    assert_eq!(store.list_watch_lists(player, 10).await?.len(), 1);
    Ok(())
}
