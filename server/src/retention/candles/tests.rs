use super::*;

fn candle(at: &str, close: i32) -> FiledCandle {
    let price = Price::from_whole(close);
    FiledCandle {
        at: at.parse().unwrap(),
        open: price,
        high: price,
        low: "0.0001".parse().unwrap(),
        close: price,
        volume: 7,
    }
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn symbol(text: &str) -> Symbol {
    text.parse().unwrap()
}

#[tokio::test]
async fn months_are_read_as_they_were_written_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let files = CandleFiles::open(folder.path());
    let (november, december) = (
        vec![
            candle("2026-11-02T00:00:00Z", 5),
            candle("2026-11-30T00:00:00Z", 6),
        ],
        vec![candle("2026-12-01T00:00:00Z", 7)],
    );
    let brk = symbol("BRK.B");
    for (name, candles) in [("2026-12", &december), ("2026-11", &november)] {
        let written = files.write(Filed::Days, brk, month(name), candles.clone());
        written.await.unwrap();
    }
    let read = async |filed, symbol, first, last| {
        let read = files.read(filed, symbol, (month(first), month(last)));
        read.await.unwrap()
    };
    let both = [november.clone(), december.clone()].concat();
    assert_eq!(read(Filed::Days, brk, "2026-01", "2027-01").await, both);
    assert_eq!(read(Filed::Days, brk, "2026-12", "2026-12").await, december);
    assert_eq!(read(Filed::Days, brk, "2026-09", "2026-10").await, []);
    assert_eq!(read(Filed::Hours, brk, "2026-01", "2027-01").await, []);
    let other = read(Filed::Days, symbol("AAPL"), "2026-01", "2027-01");
    assert_eq!(other.await, []);
    // A file is replaced whole, and nothing else stays behind.
    let again = files.write(Filed::Days, brk, month("2026-11"), december.clone());
    again.await.unwrap();
    let replaced = read(Filed::Days, brk, "2026-11", "2026-11").await;
    assert_eq!(replaced, december);
    let kept = std::fs::read_dir(folder.path().join("candles/BRK.B")).unwrap();
    assert_eq!(kept.count(), 2);
}

#[tokio::test]
async fn a_file_that_was_cut_or_changed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = CandleFiles::open(folder.path());
    let aapl = symbol("AAPL");
    let candles = vec![candle("2026-11-02T14:30:00Z", 5)];
    let written = files.write(Filed::Hours, aapl, month("2026-11"), candles);
    written.await.unwrap();
    let path = folder.path().join("candles/AAPL/hours-2026-11.csv.gz");
    let whole = std::fs::read(&path).unwrap();
    let read = async || {
        let months = (month("2026-11"), month("2026-11"));
        files.read(Filed::Hours, aapl, months).await
    };
    std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    assert_eq!(read().await.unwrap_err().path, path);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    writeln!(gzip, "{HEADER}\n2026-11-02T14:30:00Z,1,1,1,1").unwrap();
    std::fs::write(&path, gzip.finish().unwrap()).unwrap();
    let damage = read().await.unwrap_err().damage;
    assert!(matches!(damage, FileDamage::Line { line: 2 }), "{damage:?}");
}

#[tokio::test]
async fn without_a_folder_there_is_nothing_to_read_and_nothing_is_written() {
    let files = CandleFiles::default();
    let months = (month("2026-11"), month("2026-11"));
    let read = files.read(Filed::Days, symbol("AAPL"), months).await;
    assert_eq!(read.unwrap(), []);
    let written = files.write(Filed::Days, symbol("AAPL"), months.0, Vec::new());
    assert!(written.await.is_err());
}
