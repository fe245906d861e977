//! Equity: what accounts were worth at the close of each day, and how they did since.

mod close;
mod curve;
mod dashboard;
mod history;
mod read;
mod roll_up;
mod week;

pub use close::{Closer, Report};
pub use dashboard::Dashboard;
pub use read::Reading;
pub use roll_up::roll_up;
pub use week::week;
