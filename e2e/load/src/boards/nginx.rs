//! nginx that serves a file as long as a page of the leaderboard.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use e2e::places;
use e2e::process::Process;

use crate::fetch::fetch;

/// A running nginx.
#[derive(Debug)]
pub struct Nginx {
    process: Process,
    address: SocketAddr,
}

impl Nginx {
    /// Starts it in a folder, with a file of this text at `/page`. It has as many workers as processors,
    /// writes no access log, and keeps connections open.
    ///
    /// # Errors
    /// When it is missing, or does not serve the file.
    pub async fn start(folder: &Path, page: &str) -> anyhow::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, places::free_port()?));
        let pages = folder.join("pages");
        std::fs::create_dir_all(&pages)?;
        std::fs::write(pages.join("page"), page)?;
        let path = folder.display();
        let user = id("-un")?;
        let group = id("-gn")?;
        let settings = format!(
            "user {user} {group};
            worker_processes auto;
            pid {path}/nginx.pid;
            error_log stderr crit;
            daemon off;
            events {{ worker_connections 1024; }}
            http {{
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000000;
                open_file_cache max=10;
                default_type application/json;
                client_body_temp_path {path}/body;
                proxy_temp_path {path}/proxy;
                fastcgi_temp_path {path}/fastcgi;
                uwsgi_temp_path {path}/uwsgi;
                scgi_temp_path {path}/scgi;
                server {{
                    listen {address};
                    root {path}/pages;
                }}
            }}\n"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, settings)?;
        let mut command = Command::new("nginx");
        command.arg("-c").arg(&file).arg("-p").arg(folder);
        let process = Process::start("nginx", &mut command, &folder.join("nginx.log"))?;
        let serves = e2e::wait::until("nginx serves a page", async || {
            let (status, body) = fetch(address, "/page", "")?;
            Ok((status == 200 && body == page).then_some(()))
        });
        serves.await.with_context(|| process.tail())?;
        Ok(Self { process, address })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process, whose children do the work.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process.id()
    }
}

/// Whoever runs this, in a word: nginx would give its workers to somebody who may not read the file.
fn id(what: &str) -> anyhow::Result<String> {
    let output = Command::new("id").arg(what).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
