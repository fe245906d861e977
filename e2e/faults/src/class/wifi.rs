//! The school's Wi-Fi as one phone has it: slow and lossy air, and a connection that breaks.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::time::sleep;

use super::air::Air;
use crate::proxy::{End, Line, Proxy};

/// The first phone's address; the others have those behind it.
const FIRST_PHONE: Ipv4Addr = Ipv4Addr::new(127, 1, 0, 1);

/// How a connection is cut.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// From now.
    pub after: Duration,
    /// How long no new connection can be made.
    pub down: Duration,
    /// What both sides notice.
    pub end: End,
}

/// One phone's Wi-Fi until this is dropped.
#[derive(Debug)]
pub struct Wifi {
    /// The phone's end, which can be cut, leads into the air.
    line: Proxy,
    air: Air,
}

impl Wifi {
    /// Connects the phone of a number with the laptop.
    ///
    /// # Errors
    /// When nothing can be listened on.
    pub async fn start(number: usize, laptop: SocketAddr, seed: u64) -> anyhow::Result<Self> {
        let phone = u32::from(FIRST_PHONE) + u32::try_from(number)?;
        let air = Air::start(Ipv4Addr::from(phone), laptop, seed).await?;
        let line = Proxy::start(air.address()).await?;
        Ok(Self { line, air })
    }

    /// Where the phone finds the laptop.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.line.port()))
    }

    /// Pieces of data that were lost at first.
    #[must_use]
    pub fn late(&self) -> usize {
        self.air.late()
    }

    /// Cuts all connections of the phone.
    pub async fn cut(&self, cut: Cut) {
        sleep(cut.after).await;
        self.line.set(Line::Shut);
        self.line.sever(cut.end);
        sleep(cut.down).await;
        self.line.set(Line::Open);
    }
}
