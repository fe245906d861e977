//! A PostgreSQL server of one's own, for tests and measurements: made in a temporary folder,
//! started, and removed again, however the process that wanted it ends.
//!
//! The programs are the machine's own (`initdb`, `pg_ctl`). PostgreSQL refuses to run as root, so
//! root runs it as the user `postgres`, or `nobody`.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail, ensure};

mod place;

use place::{Owner, Programs};

/// The port that PostgreSQL and its programs mean when none is named.
const DEFAULT_PORT: u16 = 5432;
/// Lines of the server's log that a failure tells.
const TAIL_LINES: usize = 30;
/// The settings as `initdb` wrote them, to which each start adds its own.
const INITIAL: &str = "data/postgresql.conf.initial";
/// Keeps the server until its input ends, which it does when the process that holds the other end
/// is gone, killed or not; then ends the server and removes its folder.
const KEEPER: &str = r#"
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 60 start >"$2/start" 2>&1 && echo ready || echo failed
cat >/dev/null
"$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$2"
"#;

/// How a server is to be.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether what is committed outlasts a crash of the machine. Tests do without: it takes most
    /// of their time.
    pub durable: bool,
    /// Whether it is reached through a port too, and not only through its socket.
    pub tcp: bool,
    /// Where its files stay when it is gone, to be used again; without it they go, too.
    pub kept_in: Option<PathBuf>,
    /// Further settings, as in `postgresql.conf`: a name and a value.
    pub settings: Vec<(String, String)>,
}

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// As an operator does: connections are ended, everything is written.
    Fast,
    /// As if the machine had failed: the next start recovers from the log.
    Immediate,
}

/// A running server. Dropped, it is gone, with all its data unless they are kept.
#[derive(Debug)]
pub struct PrivatePostgres {
    programs: Programs,
    owner: Option<Owner>,
    folder: PathBuf,
    port: Option<u16>,
    keeper: Child,
}

impl PrivatePostgres {
    /// Makes a server and starts it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start(options: &Options) -> anyhow::Result<Self> {
        let programs = Programs::find()?;
        let owner = Owner::other_than_root()?;
        let folder = place::folder(owner.as_ref())?;
        let port = options.tcp.then(free_port).transpose()?;
        if let Some(kept) = &options.kept_in {
            place::link(kept, &folder.join("data"), owner.as_ref())?;
        }
        if !folder.join(INITIAL).is_file() {
            initialize(&programs, owner.as_ref(), &folder)?;
        }
        configure(&folder, port, options)?;
        let keeper = keep(&programs, owner.as_ref(), &folder)?;
        Ok(Self {
            programs,
            owner,
            folder,
            port,
            keeper,
        })
    }

    /// Makes another server that follows this one: it has all of its databases, can only be read,
    /// and is a little late. Of the options, those that are about its files do not apply.
    ///
    /// # Errors
    /// When this server cannot be copied, or the copy does not start.
    pub fn start_replica(&self, options: &Options) -> anyhow::Result<Self> {
        if let Some(owner) = &self.owner {
            // We wrote it beside the server's own files, all of which it has to read.
            let initial = self.folder.join(INITIAL);
            chown(initial, Some(owner.user), Some(owner.group))?;
        }
        let folder = place::folder(self.owner.as_ref())?;
        let port = options.tcp.then(free_port).transpose()?;
        let output = as_owner(&self.programs.path("pg_basebackup"), self.owner.as_ref())
            .arg("-h")
            .arg(&self.folder)
            .args(["-p", &self.socket_port().to_string()])
            .args(["-U", "postgres", "-X", "stream", "-c", "fast"])
            // Says in the copy's own settings whom it follows.
            .args(["--write-recovery-conf", "--no-sync"])
            .arg("-D")
            .arg(folder.join("data"))
            .output()
            .context("pg_basebackup cannot be started")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "pg_basebackup failed: {said}");
        configure(&folder, port, options)?;
        let keeper = keep(&self.programs, self.owner.as_ref(), &folder)?;
        Ok(Self {
            programs: self.programs.clone(),
            owner: self.owner,
            folder,
            port,
            keeper,
        })
    }

    /// The address of one of its databases, through the socket.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@localhost:{}/{database}?host={}",
            self.socket_port(),
            self.folder.display()
        )
    }

    /// The address of one of its databases through its port, if it has one.
    #[must_use]
    pub fn tcp_url(&self, database: &str) -> Option<String> {
        let port = self.port?;
        Some(format!("postgres://postgres@127.0.0.1:{port}/{database}"))
    }

    /// Where its socket, its log and, in `data`, its files are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its port, if it has one.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// One of PostgreSQL's own programs (`pgbench`), ready to talk to this server.
    #[must_use]
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.path(name));
        command
            .env("PGHOST", &self.folder)
            .env("PGPORT", self.socket_port().to_string())
            .env("PGUSER", "postgres");
        command
    }

    /// Makes a database, as a copy of another one if one is named.
    ///
    /// # Errors
    /// When it is there already, or the other one is in use.
    pub fn create_database(&self, name: &str, template: Option<&str>) -> anyhow::Result<()> {
        let copy = template.map_or_else(String::new, |template| format!(" template {template}"));
        self.run("postgres", &format!("create database {name}{copy}"))?;
        Ok(())
    }

    /// Drops a database and ends all its connections.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn drop_database(&self, name: &str) -> anyhow::Result<()> {
        self.run(
            "postgres",
            &format!("drop database if exists {name} with (force)"),
        )?;
        Ok(())
    }

    /// Runs statements as its superuser; their rows, a line each, columns parted by `|`.
    ///
    /// # Errors
    /// When one fails, with what the server says of it.
    pub fn run(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        ask(self.program("psql"), database, sql)
    }

    /// Stops the server; its data stay.
    ///
    /// # Errors
    /// When it does not stop.
    pub fn stop(&self, how: Stop) -> anyhow::Result<()> {
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        self.control(&["-m", mode, "stop"])
    }

    /// Starts the server again after [`PrivatePostgres::stop`] or a crash.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&self) -> anyhow::Result<()> {
        let log = self.folder.join("log");
        let log = log.to_str().context("temporary folders have plain names")?;
        self.control(&["-l", log, "start"])
    }

    /// The process that started all others of the server, while it runs.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        let file = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).ok()?;
        file.lines().next()?.trim().parse().ok()
    }

    /// The end of what the server has logged.
    #[must_use]
    pub fn log_tail(&self) -> String {
        place::tail(&self.folder.join("log"), TAIL_LINES)
    }

    /// A socket is named after a port, also where nobody listens on it.
    fn socket_port(&self) -> u16 {
        self.port.unwrap_or(DEFAULT_PORT)
    }

    fn control(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = as_owner(&self.programs.path("pg_ctl"), self.owner.as_ref());
        command
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-w", "-t", "60"]);
        // No pipes: the server that it starts would keep them open.
        let status = command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        ensure!(
            status.success(),
            "pg_ctl {arguments:?} failed:\n{}",
            self.log_tail()
        );
        Ok(())
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // An error means that the keeper is gone, and it was the last to go.
        let _ = self.keeper.wait();
    }
}

/// Runs statements in the database at an address; their rows as those of [`PrivatePostgres::run`].
///
/// # Errors
/// When PostgreSQL is not installed, or a statement fails, with what the server says of it.
pub fn run_at(url: &str, sql: &str) -> anyhow::Result<String> {
    ask(Command::new(Programs::find()?.path("psql")), url, sql)
}

fn ask(mut psql: Command, database: &str, sql: &str) -> anyhow::Result<String> {
    let output = psql
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
        .args(["-d", database, "-c", sql])
        .output()
        .context("psql cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", said.trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

fn as_owner(program: &Path, owner: Option<&Owner>) -> Command {
    let mut command = Command::new(program);
    // The folder that we are in may be closed to the owner.
    command.current_dir("/");
    if let Some(owner) = owner {
        command.uid(owner.user).gid(owner.group);
    }
    command
}

fn initialize(programs: &Programs, owner: Option<&Owner>, folder: &Path) -> anyhow::Result<()> {
    let output = as_owner(&programs.path("initdb"), owner)
        .arg("-D")
        .arg(folder.join("data"))
        .args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ])
        .args(["--no-sync", "--no-instructions"])
        .output()
        .context("initdb cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "initdb failed: {said}");
    std::fs::copy(folder.join("data/postgresql.conf"), folder.join(INITIAL))?;
    Ok(())
}

fn configure(folder: &Path, port: Option<u16>, options: &Options) -> anyhow::Result<()> {
    let mut settings = vec![
        (
            "unix_socket_directories".to_owned(),
            folder.display().to_string(),
        ),
        ("max_connections".to_owned(), "200".to_owned()),
    ];
    settings.push(match port {
        Some(port) => ("port".to_owned(), port.to_string()),
        None => ("listen_addresses".to_owned(), String::new()),
    });
    if !options.durable {
        for setting in ["fsync", "full_page_writes", "autovacuum"] {
            settings.push((setting.to_owned(), "off".to_owned()));
        }
    }
    settings.extend(options.settings.iter().cloned());
    let mut text = std::fs::read_to_string(folder.join(INITIAL))?;
    for (name, value) in settings {
        text.push_str(&format!("{name} = '{}'\n", value.replace('\'', "''")));
    }
    Ok(std::fs::write(folder.join("data/postgresql.conf"), text)?)
}

/// Starts the server and the one who ends it.
fn keep(programs: &Programs, owner: Option<&Owner>, folder: &Path) -> anyhow::Result<Child> {
    let mut keeper = as_owner(Path::new("/bin/sh"), owner)
        .args(["-c", KEEPER, "keeper"])
        .arg(programs.folder())
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // A signal to the tests is not one to their keeper.
        .process_group(0)
        .spawn()
        .context("/bin/sh cannot be started")?;
    let output = keeper.stdout.take().context("its output is a pipe")?;
    let mut answer = String::new();
    BufReader::new(output).read_line(&mut answer)?;
    if answer.trim() != "ready" {
        let told =
            [folder.join("start"), folder.join("log")].map(|file| place::tail(&file, TAIL_LINES));
        drop(keeper.stdin.take());
        keeper.wait()?;
        bail!("PostgreSQL does not start: {}", told.join("\n"));
    }
    Ok(keeper)
}
