//! PostgreSQL is backed up and restored by its own programs, `pg_dump` and `pg_restore`.

use std::io;
use std::path::Path;
use std::process::{Output, Stdio};

use percent_encoding::percent_decode_str;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::{BackupError, failed};

/// Characters of what a program said that are told.
const TOLD_MAX: usize = 400;

/// Dumps the database into a file that does not exist yet, and lets `pg_restore` read its contents.
///
/// # Errors
/// [`BackupError::Postgres`] where there is no `pg_dump`, and [`BackupError::Program`] when it fails.
pub(super) async fn dump(url: &str, part: &Path, to: &Path) -> Result<(), BackupError> {
    let (address, password) = without_password(url);
    let mut dump = program("pg_dump", password.as_deref());
    dump.args(["--format=custom", "--no-password", "--dbname"])
        .arg(address)
        .arg("--file")
        .arg(part);
    if let Err(error) = run(dump, None, "pg_dump", to).await {
        // It has created the file, and half a dump is of no use.
        std::fs::remove_file(part).ok();
        return Err(error);
    }
    let contents = contents(part).await?;
    let has_ledger = contents.contains("TABLE DATA") && contents.contains(" accounts ");
    if !has_ledger {
        return Err(BackupError::Damaged {
            file: part.to_owned(),
            what: "it holds no accounts".to_owned(),
        });
    }
    std::fs::File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(failed(part))
}

/// What is in a dump, an entry on each line.
async fn contents(dump: &Path) -> Result<String, BackupError> {
    let mut list = program("pg_restore", None);
    list.arg("--list").arg(dump);
    run(list, None, "pg_restore", dump).await
}

/// Restores a dump into an empty database, all of it or nothing, except for extensions: a dump of a Citus
/// cluster can be restored where there is none, and where there is one, the next start spreads the tables.
///
/// # Errors
/// As [`dump`].
pub(super) async fn restore(url: &str, from: &Path) -> Result<(), BackupError> {
    let (address, password) = without_password(url);
    let contents = contents(from).await?;
    let entries = contents
        .lines()
        .filter(|entry| !entry.contains(" EXTENSION "));
    let entries: Vec<_> = entries.collect();
    let mut restore = program("pg_restore", password.as_deref());
    restore
        .args([
            "--single-transaction",
            "--no-owner",
            "--no-password",
            "--use-list=/dev/stdin",
            "--dbname",
        ])
        .arg(address)
        .arg(from);
    let entries = entries.join("\n");
    run(restore, Some(&entries), "pg_restore", from)
        .await
        .map(drop)
}

/// A password is handed over in the environment: arguments are seen by everyone on the machine.
fn program(name: &str, password: Option<&str>) -> Command {
    let mut command = Command::new(name);
    command.stdin(Stdio::null()).kill_on_drop(true);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

/// Runs a program that reads `input`; what it prints.
async fn run(
    mut command: Command,
    input: Option<&str>,
    name: &'static str,
    file: &Path,
) -> Result<String, BackupError> {
    let output = output(&mut command, input).await;
    let output = output.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => BackupError::Postgres(file.to_owned()),
        _ => failed(file)(source),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: String = said.trim().chars().take(TOLD_MAX).collect();
    Err(BackupError::Program { name, said })
}

async fn output(command: &mut Command, input: Option<&str>) -> io::Result<Output> {
    let Some(input) = input else {
        return command.output().await;
    };
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends before it has read everything says why itself.
        stdin.write_all(input.as_bytes()).await.ok();
    }
    child.wait_with_output().await
}

/// An address without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let (user, place) = rest.rsplit_once('@')?;
        let (name, password) = user.split_once(':')?;
        Some((format!("{scheme}://{name}@{place}"), decoded(password)))
    });
    let (address, mut password) = match parts {
        Some((address, password)) => (address, Some(password)),
        None => (url.to_owned(), None),
    };
    let Some((place, parameters)) = address.split_once('?') else {
        return (address, password);
    };
    let mut kept = Vec::new();
    for parameter in parameters.split('&') {
        match parameter.strip_prefix("password=") {
            Some(secret) => password = Some(decoded(secret)),
            None => kept.push(parameter),
        }
    }
    if kept.is_empty() {
        return (place.to_owned(), password);
    }
    (format!("{place}?{}", kept.join("&")), password)
}

/// What an address writes as `%40` is `@`. A plus is one.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_of_the_address() {
        for (url, address, password) in [
            (
                "postgres://ann:se%40cret@db/game",
                "postgres://ann@db/game",
                Some("se@cret"),
            ),
            ("postgres://ann@db/game", "postgres://ann@db/game", None),
            (
                "postgres:///game?host=/run&password=a+b%",
                "postgres:///game?host=/run",
                Some("a+b%"),
            ),
            ("postgres:///game", "postgres:///game", None),
        ] {
            let found = without_password(url);
            assert_eq!(
                found,
                (address.to_owned(), password.map(str::to_owned)),
                "{url}"
            );
        }
    }
}
