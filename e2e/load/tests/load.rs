//! A load run of a small population, as anyone starts it: whether it measures, not how much.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Leaderboards are measured also where neither Redis nor nginx is installed.
#[test]
fn a_run_of_leaderboards_asks_for_them_while_trades_go_on() {
    let out = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_load"))
        .args(["boards", "--players", "150", "--seconds", "1"])
        .args(["--clients", "4", "--trades", "20", "--out"])
        .arg(out.path())
        .output()
        .expect("it was built with this test");
    assert!(output.status.success(), "{output:?}");
    let text = std::fs::read_to_string(out.path().join("boards.json")).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    let rows = found["rows"].as_array().unwrap();
    for scenario in ["top", "my rank", "around me", "  top: trades meanwhile"] {
        let row = rows.iter().find(|row| row["scenario"] == scenario);
        let row = row.unwrap_or_else(|| panic!("no row of {scenario}: {found:#}"));
        assert!(row["per_second"].as_f64() > Some(0.0), "{row:#}");
        assert_eq!(row["errors"], serde_json::json!({}), "{row:#}");
    }
    assert_eq!(found["starts"].as_array().unwrap().len(), 2);
    assert_eq!(found["sql"].as_array().unwrap().len(), 2);
    assert!(found["in_process"]["ranks_per_second"].as_f64() > Some(0.0));
    let all = [("nginx", "nginx"), ("Redis", "redis-server")];
    for (name, program) in all {
        let missing = found["missing"].as_array().unwrap().iter();
        let told = missing.filter_map(Value::as_str);
        let is_missing = told.into_iter().any(|line| line.starts_with(name));
        let is_there = Command::new(program).arg("-v").output().is_ok();
        assert_eq!(is_missing, !is_there, "{name}: {found:#}");
    }
    let table = std::fs::read_to_string(out.path().join("boards.txt")).unwrap();
    assert!(table.contains("around me"), "{table}");
}

/// Live prices are measured also where there is no Node, or not its package.
#[test]
fn a_run_of_live_prices_counts_what_every_client_hears() {
    let out = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_load"))
        .args(["fanout", "--clients", "60", "--threads", "2"])
        .args(["--seconds", "4", "--warm-up", "1", "--out"])
        .arg(out.path())
        .output()
        .expect("it was built with this test");
    assert!(output.status.success(), "{output:?}");
    let text = std::fs::read_to_string(out.path().join("fanout.json")).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    let rows = found["rows"].as_array().unwrap();
    for row in rows {
        assert!(row["messages_per_second"].as_f64() > Some(0.0), "{row:#}");
        assert!(row["updates_per_second"].as_f64() > row["messages_per_second"].as_f64());
        assert!(row["p99_ms"].as_f64() > Some(0.0), "{row:#}");
        assert_eq!(row["errors"], serde_json::json!({}), "{row:#}");
    }
    let package = e2e::places::root().join("node_modules/ws/package.json");
    let is_there = package.is_file() && Command::new("node").arg("-v").output().is_ok();
    assert_eq!(rows.len(), if is_there { 2 } else { 1 }, "{found:#}");
    let missing = found["missing"].as_array().unwrap();
    assert_eq!(missing.is_empty(), is_there, "{found:#}");
    let table = std::fs::read_to_string(out.path().join("fanout.txt")).unwrap();
    assert!(table.contains("Tickerquest"), "{table}");
}

/// Runs one of the small measurements; its JSON.
fn measured(arguments: &[&str], file: &str) -> Value {
    let out = tempfile::tempdir().expect("there is room for a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_load"))
        .args(arguments)
        .arg("--out")
        .arg(out.path())
        .output()
        .expect("it was built with this test");
    assert!(output.status.success(), "{output:?}");
    assert!(out.path().join(format!("{file}.txt")).is_file());
    let text = std::fs::read_to_string(out.path().join(format!("{file}.json")))
        .expect("the run wrote its figures");
    serde_json::from_str(&text).expect("it wrote JSON")
}

/// A receipt is measured also where there is no browser, or no program that drives it.
#[test]
fn a_run_of_a_receipt_makes_it_and_checks_it() {
    let found = measured(&["receipt", "--trades", "60", "--times", "2"], "receipt");
    assert_eq!(found["trades"], 60);
    assert!(found["entries"].as_u64() > Some(60), "{found:#}");
    assert!(found["bytes"].as_u64() > Some(10_000), "{found:#}");
    let rows = found["rows"].as_array().unwrap();
    let what: Vec<_> = rows.iter().map(|row| row["what"].as_str()).collect();
    assert_eq!(
        what[..2],
        [Some("made by the server"), Some("verify-receipt")]
    );
    for row in rows {
        assert_eq!(row["times"], 2, "{row:#}");
        assert!(row["most_s"].as_f64() > Some(0.0), "{row:#}");
    }
    let missing = found["missing"].as_array().unwrap();
    assert_eq!(rows.len() + missing.len(), 3, "{found:#}");
}

#[test]
fn a_run_of_an_offline_month_counts_and_its_changed_copies_do_not() {
    let arguments = ["offline-month", "--days", "4", "--orders", "12"];
    let found = measured(&arguments, "offline");
    assert_eq!(found["orders"], 48, "{found:#}");
    assert_eq!(found["inputs"], 52, "{found:#}");
    let refused = found["refused"].as_array().unwrap();
    let codes: Vec<_> = refused.iter().map(|one| one["code"].as_str()).collect();
    assert_eq!(codes.first(), Some(&Some("start_tampered")));
    assert_eq!(codes.last(), Some(&Some("start_used")));
    assert!(codes.len() > 2, "{found:#}");
}

/// Runs the program; its report.
fn load(out: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_load"))
        .args(["--players", "150", "--seconds", "1", "--warm-up", "1"])
        .args(["--clients", "8", "--out"])
        .arg(out)
        .args(arguments)
        .output()
        .expect("it was built with this test");
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let text = std::fs::read_to_string(out.join("load.json")).expect("a run ends with a report");
    serde_json::from_str(&text).expect("the report is JSON")
}

/// Every scenario was answered, without an error, and the ledger has what was acknowledged.
fn check(report: &Value, scenarios: &[&str]) {
    let rows = report["rows"].as_array().expect("rows are a list");
    for scenario in scenarios {
        let row = rows.iter().find(|row| row["scenario"] == *scenario);
        let row = row.unwrap_or_else(|| panic!("no row of {scenario}: {report:#}"));
        assert!(row["per_second"].as_f64() > Some(0.0), "{row:#}");
        assert!(row["p99_ms"].as_f64() > Some(0.0), "{row:#}");
        assert!(row["server_memory_mb"].as_f64() > Some(0.0), "{row:#}");
        assert_eq!(row["errors"], serde_json::json!({}), "{row:#}");
    }
    let audit = &report["audit"];
    assert!(audit["filled"].as_u64() > Some(0), "{audit:#}");
    assert_eq!(audit["in_ledger"], audit["filled"], "{audit:#}");
    assert!(
        !report["goals"]
            .as_array()
            .expect("goals are a list")
            .is_empty()
    );
}

#[test]
fn a_load_run_on_sqlite_measures_every_scenario() {
    let out = tempfile::tempdir().unwrap();
    let report = load(out.path(), &[]);
    let scenarios = [
        "trades",
        "skewed-trades",
        "holdings",
        "summary",
        "instruments",
        "mixed",
    ];
    check(&report, &scenarios);
    assert_eq!(report["curve"].as_array().unwrap().len(), 9);
    let table = std::fs::read_to_string(out.path().join("load.txt")).unwrap();
    assert!(table.contains("skewed-trades"), "{table}");
    let picture = std::fs::read_to_string(out.path().join("latency.svg")).unwrap();
    assert!(picture.starts_with("<svg") && picture.ends_with("</svg>\n"));
}

#[test]
fn a_load_run_on_postgres_sets_itself_beside_pgbench_and_keeps_its_population() {
    // PostgreSQL may run as another user, who must get in.
    let mut builder = tempfile::Builder::new();
    let folder = builder.permissions(Permissions::from_mode(0o755));
    let folder = folder.tempdir().unwrap();
    let (keep, out) = (folder.path().join("keep"), folder.path().join("out"));
    let kept = ["--database", "postgres", "--keep", keep.to_str().unwrap()];
    let first = [&kept[..], &["--scenario", "trades,pgbench"]].concat();
    let first = load(&out, &first);
    check(&first, &["trades"]);
    assert!(first["populated_in_s"].as_f64() > Some(0.0), "{first:#}");
    for script in ["tpcb-like", "single-transaction", "usual-way"] {
        assert!(first["ratios"][script].as_f64() > Some(0.0), "{first:#}");
    }
    let earlier = folder.path().join("earlier.json");
    std::fs::rename(out.join("load.json"), &earlier).unwrap();
    let earlier = earlier.to_str().unwrap();
    let again = [&kept[..], &["--scenario", "trades", "--beside", earlier]].concat();
    let second = load(&out, &again);
    check(&second, &["trades"]);
    assert_eq!(second["populated_in_s"], Value::Null);
    let goals = second["goals"].as_array().unwrap();
    let what = "trades for each with 150 players";
    assert!(goals.iter().any(|goal| goal["what"] == what), "{goals:#?}");
}
