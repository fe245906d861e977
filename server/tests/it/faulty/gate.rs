//! Calls that can be counted, and held until a test lets them through.

use tokio::sync::watch;

#[derive(Debug)]
pub struct Gate {
    open: watch::Sender<bool>,
    begun: watch::Sender<u32>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            open: watch::Sender::new(true),
            begun: watch::Sender::new(0),
        }
    }
}

impl Gate {
    /// Holds every call from now on.
    pub fn hold(&self) {
        self.open.send_replace(false);
    }

    pub fn let_through(&self) {
        self.open.send_replace(true);
    }

    /// Resolves when so many calls have begun since the start.
    pub async fn begun(&self, count: u32) {
        let mut begun = self.begun.subscribe();
        begun
            .wait_for(|begun| *begun >= count)
            .await
            .expect("the store outlives its test");
    }

    /// How many calls have begun since the start.
    pub fn count(&self) -> u32 {
        *self.begun.borrow()
    }

    /// A call comes, and waits until it is let through.
    pub(super) async fn pass(&self) {
        self.begun.send_modify(|begun| *begun += 1);
        let mut open = self.open.subscribe();
        open.wait_for(|open| *open)
            .await
            .expect("the gate is as old as its store");
    }
}
