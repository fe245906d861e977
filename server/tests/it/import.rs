//! Import of price files, and trading through the real history of five companies.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Day, InstrumentId, Symbol};
use server::import::{Adjustment, ImportArgs, ImportError, dry_run, import};
use server::store::{InstrumentRecord, MarketSource, Store};

use crate::fixture::Stage;

pub mod sample;

const HEADER: &str = "Date,Open,High,Low,Close,Volume\n";

fn write(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("a temporary file can be written");
    file
}

fn files(files: &[&Path]) -> ImportArgs {
    ImportArgs {
        files: files.iter().map(|file| file.to_path_buf()).collect(),
        ..ImportArgs::default()
    }
}

async fn instruments(store: &Arc<dyn Store>) -> Vec<InstrumentRecord> {
    store
        .list_instruments(MarketSource::Replay)
        .await
        .expect("instruments can be listed")
}

async fn days(store: &Arc<dyn Store>, instrument: InstrumentId) -> usize {
    let all = store
        .list_candles(
            instrument,
            Day::from_number(0),
            Day::from_number(i32::MAX),
            10_000,
        )
        .await;
    all.expect("candles can be listed").len()
}

#[tokio::test]
async fn a_file_becomes_an_instrument_with_its_candles() {
    let (stage, folder) = (Stage::new().await, tempfile::tempdir().unwrap());
    let file = write(
        &folder,
        "prices.csv",
        &format!("{HEADER}2000-03-01,10,12,9,11,700\n2000-03-02,11,12,9,10,800\n"),
    );
    let args = ImportArgs {
        symbol: "ACME".parse().ok(),
        name: "Acme Inc.".parse().ok(),
        category: "Gadgets".parse().ok(),
        ..files(&[&file])
    };
    let imported = import(&*stage.store, &args).await.unwrap();
    assert_eq!(
        (imported[0].days, imported[0].adjustment),
        (2, Adjustment::None)
    );
    assert_eq!(imported[0].first, Day::from_calendar(2000, 3, 1).unwrap());
    let stored = instruments(&stage.store).await;
    let [acme] = stored.as_slice() else {
        panic!("one instrument was imported")
    };
    assert_eq!(
        (
            acme.symbol.as_str(),
            acme.name.as_str(),
            acme.category.as_str()
        ),
        ("ACME", "Acme Inc.", "Gadgets")
    );
    assert_eq!(days(&stage.store, acme.id).await, 2);
}

#[tokio::test]
async fn importing_again_keeps_the_instrument_and_replaces_its_days() {
    let (stage, folder) = (Stage::new().await, tempfile::tempdir().unwrap());
    let file = write(
        &folder,
        "acme.csv",
        &format!("{HEADER}2000-03-01,10,12,9,11,700\n"),
    );
    let args = ImportArgs {
        name: "Acme Inc.".parse().ok(),
        ..files(&[&file])
    };
    import(&*stage.store, &args).await.unwrap();
    let before = instruments(&stage.store).await;
    let file = write(
        &folder,
        "acme.csv",
        &format!("{HEADER}2000-03-01,20,22,19,21,700\n2000-03-02,21,22,19,20,1\n"),
    );
    import(&*stage.store, &files(&[&file])).await.unwrap();
    assert_eq!(instruments(&stage.store).await, before);
    let day = Day::from_calendar(2000, 3, 1).unwrap();
    let candles = stage
        .store
        .list_candles(before[0].id, day, day.plus_days(9), 10)
        .await
        .unwrap();
    assert_eq!(
        (candles.len(), candles[0].close.to_string()),
        (2, "21.00".into())
    );
}

#[tokio::test]
async fn one_bad_row_in_one_file_and_nothing_is_stored() {
    let (stage, folder) = (Stage::new().await, tempfile::tempdir().unwrap());
    let good = write(
        &folder,
        "GOOD.csv",
        &format!("{HEADER}2000-03-01,10,12,9,11,700\n"),
    );
    let bad = write(
        &folder,
        "BAD.csv",
        &format!("{HEADER}2000-03-01,10,12,9,11,700\n2000-03-02,10,9,9,11,700\n"),
    );
    let worse = write(
        &folder,
        "WORSE.csv",
        &format!("{HEADER}today,10,12,9,11,700\n"),
    );
    let error = import(&*stage.store, &files(&[&good, &bad, &worse]))
        .await
        .unwrap_err();
    let told: Vec<String> = error
        .to_string()
        .lines()
        .map(|line| line.replace(&format!("{}/", folder.path().display()), ""))
        .collect();
    assert_eq!(
        told,
        [
            "nothing was imported: 2 rows are wrong",
            "BAD.csv:3: the high 9 is below the open 10",
            "WORSE.csv:2: column Date: \"today\" is not a date such as 2000-03-01, 20000301, 2000/03/01 or 03/01/2000",
        ]
    );
    assert_eq!(instruments(&stage.store).await, []);
}

#[tokio::test]
async fn names_and_files_have_to_fit() {
    let (stage, folder) = (Stage::new().await, tempfile::tempdir().unwrap());
    let text = format!("{HEADER}2000-03-01,10,12,9,11,700\n");
    let (plain, long) = (
        write(&folder, "acme.csv", &text),
        write(&folder, "far too long.csv", &text),
    );
    let symbol: Option<Symbol> = "ACME".parse().ok();
    let refused = |args: ImportArgs| {
        let store = Arc::clone(&stage.store);
        async move { import(&*store, &args).await.unwrap_err() }
    };
    let missing = folder.path().join("missing.csv");
    assert!(matches!(
        refused(files(&[&long])).await,
        ImportError::NoSymbol { .. }
    ));
    let unreadable = refused(files(&[&missing])).await;
    assert!(matches!(unreadable, ImportError::Unreadable { .. }));
    let told = format!("{:#}", anyhow::Error::from(unreadable));
    assert_eq!(told.matches("No such file").count(), 1, "{told}");
    assert!(matches!(
        refused(files(&[&plain, &plain])).await,
        ImportError::SameSymbol { .. }
    ));
    let named = ImportArgs {
        symbol,
        ..files(&[&plain, &long])
    };
    assert!(matches!(
        refused(named).await,
        ImportError::OneNameForManyFiles
    ));
    import(
        &*stage.store,
        &ImportArgs {
            symbol,
            ..files(&[&long])
        },
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_dry_run_tells_the_fate_of_every_row_that_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        &folder,
        "acme.csv",
        "Date,Open,High,Low,Close,Volume\n\
         2000-03-01,10,12,9,11,700\n\
         2000-03-02,null,null,null,null,null\n\
         2000-03-03,\"10,5\",12,9,11,700\n\
         2000-03-04,10,12,9,11,700\n",
    );
    let runs = dry_run(&files(&[&file])).await.unwrap();
    let told = runs[0].to_string();
    let told = told.replace(&format!("{}/", folder.path().display()), "");
    let expected = "acme.csv:3: left out: has no prices\n\
         acme.csv:4: rejected: column Open: \"10,5\" is not a number such as 1234.56 or 1,234.56: the point separates decimals, a comma only thousands\n\
         ACME: 2 days from 2000-03-01 to 2000-03-04\n\
         ACME: 1 row without prices left out\n\
         acme.csv: the import would be refused";
    assert_eq!(told, expected);
}

#[tokio::test]
async fn what_was_imported_in_another_currency_has_to_be_said_anew() {
    let (stage, folder) = (Stage::new().await, tempfile::tempdir().unwrap());
    let file = write(
        &folder,
        "acme.csv",
        &format!("{HEADER}2000-03-01,10,12,9,11,700\n"),
    );
    import(&*stage.store, &files(&[&file])).await.unwrap();
    let mut stored = instruments(&stage.store).await;
    stored[0].currency = "JPY".into();
    stage.store.import_market(&stored, &[]).await.unwrap();
    let refused = import(&*stage.store, &files(&[&file])).await.unwrap_err();
    assert!(matches!(refused, ImportError::ForeignCurrency { .. }));
    let args = ImportArgs {
        currency: "USD".parse().ok(),
        ..files(&[&file])
    };
    import(&*stage.store, &args).await.unwrap();
    assert_eq!(instruments(&stage.store).await[0].currency, "USD");
}

#[tokio::test]
async fn prices_in_euros_are_taken_and_never_mixed_with_others() {
    let (stage, folder) = (Stage::new().await, tempfile::tempdir().unwrap());
    let prices = format!("{HEADER}2000-03-01,10,12,9,11,700\n");
    let [first, second, third] =
        ["sap.csv", "basf.csv", "acme.csv"].map(|name| write(&folder, name, &prices));
    let in_currency = |file: &Path, code: &str| ImportArgs {
        currency: code.parse().ok(),
        ..files(&[file])
    };
    import(&*stage.store, &in_currency(&first, "EUR"))
        .await
        .unwrap();
    import(&*stage.store, &files(&[&second])).await.unwrap();
    let stored = instruments(&stage.store).await;
    assert!(stored.iter().all(|one| one.currency == "EUR"), "{stored:?}");
    let refused = import(&*stage.store, &in_currency(&third, "USD")).await;
    let told = refused.unwrap_err();
    assert!(matches!(told, ImportError::OtherCurrency { .. }), "{told}");
    let refused = import(&*stage.store, &in_currency(&third, "JPY")).await;
    let told = refused.unwrap_err();
    assert!(
        matches!(told, ImportError::ForeignCurrency { .. }),
        "{told}"
    );
}
